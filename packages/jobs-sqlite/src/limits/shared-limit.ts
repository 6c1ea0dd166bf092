/** Is the first text behind all keys of limits that jobs share: those begin with U+0001. */
const BEHIND = "'\u0002'";

/** Makes the condition that a column has a key of a limit that jobs share, as the indexes of those have it. */
export function isShared(column: string): string {
  return `${column} > '' AND ${column} < ${BEHIND}`;
}

/** Lists the first key that a shared limit may have beyond its own name, and the one behind them. */
export function keysOf(owner: string): readonly [first: string, behind: string] {
  return [`${owner}\u0001`, `${owner}\u0002`];
}
