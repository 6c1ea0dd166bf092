/** The condition that a key is one of a limit that several names share. A comparison would depend on the collation. */
export function isShared(key: string): string {
  return `left(${key}, 1) = E'\\x01'`;
}
