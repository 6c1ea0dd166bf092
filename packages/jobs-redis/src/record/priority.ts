/** BullMQ's priority for our priority 0. In BullMQ lower runs first, 0 means none, and 2²¹ − 1 is the last. */
export const MIDDLE_PRIORITY = 1_048_576;

/** Turns our priority (higher first) into BullMQ's (lower first). */
export function toStoredPriority(priority: number): number {
  return MIDDLE_PRIORITY - priority;
}

/** Turns BullMQ's priority into ours; a job without one has our priority 0. */
export function fromStoredPriority(stored: number): number {
  return stored === 0 ? 0 : MIDDLE_PRIORITY - stored;
}
