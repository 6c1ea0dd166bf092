/** Marks a text that is stored as JSON. */
const MARK = 'json:';

/**
 * Encodes any string so that a store keeps it unchanged whose texts are UTF-8, which has no half surrogate pairs, or end at a
 * NUL. Nearly all strings stay as they are.
 */
export function toText(value: string): string {
  const plain = value.isWellFormed() && !value.includes('\0') && !value.startsWith(MARK);
  return plain ? value : MARK + JSON.stringify(value);
}

/** Decodes a text made by {@link toText}. Another program may have written one that begins alike: it stays as it is. */
export function fromText(text: string): string {
  if (!text.startsWith(MARK)) return text;
  try {
    const value: unknown = JSON.parse(text.slice(MARK.length));
    return typeof value === 'string' ? value : text;
  } catch {
    return text;
  }
}

/** Writes a value as JSON for a column that may be NULL: that stands for `undefined`, and keeps it apart from `null`. */
export function toJsonText(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
