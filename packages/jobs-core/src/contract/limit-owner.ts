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

/** Splits a key into the shared limit and the key that a program gave, so far as it has them. */
export function splitKey(key: string): { readonly limit?: string; readonly key?: string } {
  if (!key.startsWith(SHARED_MARK)) return { key };
  const end = key.indexOf(SHARED_MARK, 1);
  if (end === -1) return { limit: key.slice(1) };
  return { limit: key.slice(1, end), key: fromText(key.slice(end + 1)) };
}
