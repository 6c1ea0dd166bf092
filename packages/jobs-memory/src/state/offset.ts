/** The time that offsets count from. */
const START = Date.now();

/**
 * Turns a time into its stored form. V8 cannot store a full time inside an object: each one takes a heap number of
 * its own, which the garbage collector has to mark and to move. Counted from the start of the process, times of the
 * next 24 days need none. Whole milliseconds, and present-day fractions of them, are restored exactly.
 */
export function toOffset(at: number): number {
  return at - START;
}

/** Restores a time from its stored form. */
export function fromOffset(offset: number): number {
  return offset + START;
}
