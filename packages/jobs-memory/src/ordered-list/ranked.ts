/** Says where an item stands: by `rank`, then by `seq`. No two items of a list have both alike. */
export interface Ranked {
  /** What counts first, ascending. */
  readonly rank: number;
  /** What decides among equal ranks, ascending. */
  readonly seq: number;
}

/** Tells whether one key stands before another. */
export function isBefore(a: Ranked, b: Ranked): boolean {
  return a.rank < b.rank || (a.rank === b.rank && a.seq < b.seq);
}
