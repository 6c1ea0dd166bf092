/**
 * Hashes an id to a 32-bit integer that is never `0`: mixes the seed and the characters, two at a time, since each
 * multiplication waits for the one before; then the bits as MurmurHash3 does at its end. Reading the characters also
 * makes V8 store an id that was put together from parts as one flat string. A `length` hashes only the start of the id.
 */
export function hashOf(id: string, seed: number, length: number = id.length): number {
  let hash = seed ^ length;
  let i = 1;
  for (; i < length; i += 2) {
    // Rotated, since a multiplication moves bits upwards only.
    hash = (hash << 5) | (hash >>> 27);
    hash = Math.imul(hash ^ id.charCodeAt(i - 1) ^ (id.charCodeAt(i) << 16), 0x5bd1e995);
  }
  if (i === length) hash = Math.imul(hash ^ id.charCodeAt(i - 1), 0x5bd1e995);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash ^= hash >>> 16;
  return hash === 0 ? 1 : hash;
}
