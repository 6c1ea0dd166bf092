import { fromText, toText } from '../json/stored-text.ts';

/** Begins the keys of shared limits, and the names that stores keep them by. No key of a program begins with it. */
export const SHARED_MARK = '\u0001';

/**
 * Returns the name that a store counts a key of a job under: the job's own, or for a key of a limit that jobs share,
 * the name of that limit with U+0001 before it. Such a key begins with that name.
 */
export function limitOwner(jobName: string, key: string | undefined): string {
  if (!key?.startsWith(SHARED_MARK)) return jobName;
  const end = key.indexOf(SHARED_MARK, 1);
  return end === -1 ? key : key.slice(0, end);
}

/** Returns the name that stores keep the shared limit of a name by. */
export function sharedOwner(limit: string): string {
  return SHARED_MARK + limit;
}

/** Makes the key that a job counts by under a shared limit: a text that every store keeps as it is. */
export function sharedKey(limit: string, key?: string): string {
  return key === undefined ? sharedOwner(limit) : sharedOwner(limit) + SHARED_MARK + toText(key);
}

/** Says by its end that a key is strict, and what a job of it does to the others of the key when it fails for good. */
const STRICT_MARKS = { continue: '\u0002', hold: '\u0003' } as const;

/** Says what a job of a strict key does to the others of its key when it has failed. */
export type OnKeyFailure = keyof typeof STRICT_MARKS;

/** Makes a strict key of a key. One that is not shared becomes a text that every store keeps as it is. */
export function strictKey(key: string, onFailure: OnKeyFailure): string {
  return (key.startsWith(SHARED_MARK) ? key : toText(key)) + STRICT_MARKS[onFailure];
}

/** Returns whether a key is strict: what a job of it does when it fails. Such a job keeps its slot until it has ended. */
export function strictOf(key: string | undefined): OnKeyFailure | undefined {
  if (key?.endsWith(STRICT_MARKS.continue)) return 'continue';
  return key?.endsWith(STRICT_MARKS.hold) ? 'hold' : undefined;
}

/** Splits a key into the shared limit and the key that a program gave, so far as it has them. */
export function splitKey(key: string): { readonly limit?: string; readonly key?: string } {
  if (strictOf(key) !== undefined) {
    const { limit, key: own = '' } = splitKey(key.slice(0, -1));
    return limit === undefined ? { key: fromText(own) } : { limit, key: own };
  }
  if (!key.startsWith(SHARED_MARK)) return { key };
  const end = key.indexOf(SHARED_MARK, 1);
  if (end === -1) return { limit: key.slice(1) };
  return { limit: key.slice(1, end), key: fromText(key.slice(end + 1)) };
}
