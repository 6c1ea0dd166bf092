import type { JsonValue } from './json-value.ts';
import { utf8Bytes } from './utf8-bytes.ts';

/** The most bytes one UTF-16 unit takes in JSON text: `\u0000`. */
const MAX_BYTES_PER_UNIT = 6;
/** The most bytes a number takes in JSON text: `-0.0000010004170073682551`. */
const MAX_BYTES_PER_NUMBER = 25;

/** Returns whether the JSON text of a value is longer than `maxBytes` in UTF-8, and its length if so. */
export function bytesOver(value: JsonValue | undefined, maxBytes: number): number | undefined {
  if (value === undefined || mostBytesOf(value) <= maxBytes) return undefined;
  const bytes = utf8Bytes(JSON.stringify(value));
  return bytes > maxBytes ? bytes : undefined;
}

/** Computes an upper bound of the size without making the text, which is enough for nearly every payload. */
export function mostBytesOf(value: JsonValue): number {
  if (typeof value === 'string') return value.length * MAX_BYTES_PER_UNIT + 2;
  if (typeof value === 'number') return MAX_BYTES_PER_NUMBER;
  if (typeof value !== 'object' || value === null) return 5;
  let bytes = 2;
  if (Array.isArray(value)) {
    for (const item of value as readonly JsonValue[]) bytes += mostBytesOf(item) + 1;
    return bytes;
  }
  const source = value as { readonly [key: string]: JsonValue };
  for (const key in source) {
    bytes += key.length * MAX_BYTES_PER_UNIT + 4 + mostBytesOf(source[key] as JsonValue);
  }
  return bytes;
}
