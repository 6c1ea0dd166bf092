import { parseOr } from './stored-json.ts';

/** Marks a text that is stored as JSON. */
const MARK = 'json:';

/** Encodes any string so that Redis keeps it unchanged: as UTF-8 it would lose half surrogate pairs. */
export function toText(value: string): string {
  const plain = value.isWellFormed() && !value.startsWith(MARK);
  return plain ? value : MARK + JSON.stringify(value);
}

/** Decodes a text made by {@link toText}. Other tools may have written one that begins alike: it stays as it is. */
export function fromText(text: string): string {
  if (!text.startsWith(MARK)) return text;
  const value = parseOr(text.slice(MARK.length), text);
  return typeof value === 'string' ? value : text;
}
