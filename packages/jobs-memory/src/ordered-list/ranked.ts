/**
 * Is the sort key of an item: by `rank`, then by `number` and `since` where there are any, then by `seq`. No two items
 * of a list have all alike, and all of them have a number, or none has.
 */
export interface Ranked {
  /** The first sort key, ascending. */
  readonly rank: number;
  /** The sort key among equal ranks, ascending. */
  readonly number?: number | undefined;
  /** The sort key among equal numbers, ascending. */
  readonly since?: number | undefined;
  /** The last sort key, ascending. */
  readonly seq: number;
}

/** Returns whether one key sorts before another. */
export function isBefore(a: Ranked, b: Ranked): boolean {
  if (a.rank !== b.rank) return a.rank < b.rank;
  return a.number === undefined ? a.seq < b.seq : isNumberBefore(a, b);
}

/** Returns whether two keys are equal. */
export function isSameKey(a: Ranked, b: Ranked): boolean {
  if (a.rank !== b.rank || a.seq !== b.seq) return false;
  return a.number === b.number && a.since === b.since;
}

function isNumberBefore(a: Ranked, b: Ranked): boolean {
  const { number = 0, since = 0 } = a;
  const { number: other = 0, since: otherSince = 0 } = b;
  if (number !== other) return number < other;
  return since === otherSince ? a.seq < b.seq : since < otherSince;
}
