/** Tells how far a deduplication key reaches: the jobs of one name, or all of the queue. */
export type KeyScope = 'name' | 'queue';

/** Makes the key that is stored: the length says where the name ends, so that no two pairs make one key. */
export function storedKeyOf(key: string, name: string, scope: KeyScope): string {
  return scope === 'queue' ? `:${key}` : `${name.length}:${name}:${key}`;
}

/** Reads the key and its scope from what is stored for a job of a name. */
export function readStoredKey(
  stored: string,
  name: string,
): { readonly key: string; readonly scope: KeyScope } {
  const own = storedKeyOf('', name, 'name');
  return stored.startsWith(own)
    ? { key: stored.slice(own.length), scope: 'name' }
    : { key: stored.slice(1), scope: 'queue' };
}

/** Reads the key from what is stored for a job whose name is unknown; what is no stored key of ours is the key itself. */
export function keyIn(stored: string): string {
  if (stored.startsWith(':')) return stored.slice(1);
  const [digits = ''] = stored.split(':', 1);
  const end = digits.length + 1 + Number(digits);
  return /^\d+$/.test(digits) && stored[end] === ':' ? stored.slice(end + 1) : stored;
}
