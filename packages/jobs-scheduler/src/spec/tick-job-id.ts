/** Returns the id of the job of a tick: the same in every process and at every call. */
export function tickJobId(scheduleId: string, tickAt: number): string {
  return `schedule:${scheduleId}:${new Date(tickAt).toISOString()}`;
}

/** Returns the id of the job of a run by hand. */
export function triggerJobId(scheduleId: string, key: string): string {
  return `schedule:${scheduleId}:by-hand:${key}`;
}

/** Returns whether a job belongs to a run by hand. */
export function isByHand(scheduleId: string, jobId: string): boolean {
  return jobId.startsWith(`schedule:${scheduleId}:by-hand:`);
}
