/** Marks a text that is stored as JSON. */
const MARK = 'json:';

/**
 * Encodes any string so that SQLite stores it unchanged: UTF-8 has no half surrogate pairs, and a NUL ends a text
 * for many of SQLite's functions.
 */
export function toText(value: string): string {
  const plain = value.isWellFormed() && !value.includes('\0') && !value.startsWith(MARK);
  return plain ? value : MARK + JSON.stringify(value);
}

/** Decodes a text made by {@link toText}. */
export function fromText(text: string): string {
  return text.startsWith(MARK) ? (JSON.parse(text.slice(MARK.length)) as string) : text;
}

/** Writes a value as JSON; `undefined` is NULL, which keeps it apart from `null`. */
export function toJsonText(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
