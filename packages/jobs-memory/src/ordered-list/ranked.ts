/** Is the sort key of an item: by `rank`, then by `seq`. No two items of a list have both alike. */
export interface Ranked {
  /** The first sort key, ascending. */
  readonly rank: number;
  /** The sort key among equal ranks, ascending. */
  readonly seq: number;
}

/** Returns whether one key sorts before another. */
export function isBefore(a: Ranked, b: Ranked): boolean {
  return a.rank < b.rank || (a.rank === b.rank && a.seq < b.seq);
}
