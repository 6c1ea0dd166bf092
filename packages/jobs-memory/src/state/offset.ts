/** What times are counted from. */
const START = Date.now();

/**
 * Turns a time into what is kept of it. Times themselves are too large for the engine to hold in an object:
 * each takes a box of its own, which the collector has to mark and to move. Counted from the start of the
 * process, those of the next 24 days need none. Whole milliseconds, and parts of them in our days, come back as
 * they were.
 */
export function toOffset(at: number): number {
  return at - START;
}

/** Turns what was kept of a time back into it. */
export function fromOffset(offset: number): number {
  return offset + START;
}
