/** Counts the items of one kind that were copied. */
export interface Tally {
  /** Those that were copied now. */
  copied: number;
  /** Those that were there already, from an earlier call. */
  known: number;
  /** Those that could not be copied. */
  left: number;
}

/** Makes an empty tally. */
export function newTally(): Tally {
  return { copied: 0, known: 0, left: 0 };
}
