/** The id of the job of a tick: the same in every process, and whenever it is asked for. */
export function tickJobId(scheduleId: string, tickAt: number): string {
  return `schedule:${scheduleId}:${new Date(tickAt).toISOString()}`;
}

/** The id of the job of a run that a person asked for. */
export function triggerJobId(scheduleId: string, key: string): string {
  return `schedule:${scheduleId}:by-hand:${key}`;
}

/** Tells whether a person asked for the run that a job is of. */
export function isByHand(scheduleId: string, jobId: string): boolean {
  return jobId.startsWith(`schedule:${scheduleId}:by-hand:`);
}
