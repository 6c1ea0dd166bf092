import type { Span } from './mask-spans.ts';

const MARK = /-----(BEGIN|END) (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----/g;
/** Matches the end of a line, also where it is escaped. */
const LINE_END = /([\r\n]|\\{1,16}[nr])/;
/** Matches a line of a key, also in the quotes and the indent of source code. */
const KEY_LINE = /^[\s"'`,|>\\]*[A-Za-z0-9+/=]*[\s"'`,\\]*(?:\+\s*)?$/;
const KEY_SIGN = /[A-Za-z0-9+/=]/;
/** The longest line with such signs around it; the shortest that counts as one behind other text. */
const LINE = { longest: 200, shortest: 20 } as const;

/**
 * Finds private keys, and parts of them: one that does not end goes to the end of the text, one that does not begin starts
 * with the lines of a key before its end.
 */
export function privateKeys(text: string): Span[] {
  const spans: Span[] = [];
  let begun: number | undefined;
  let from = 0;
  for (const { index, 0: mark, 1: kind } of text.matchAll(MARK)) {
    if (kind === 'BEGIN') {
      begun ??= index;
      continue;
    }
    const start = begun ?? index - lengthOfLines(text.slice(from, index));
    from = index + mark.length;
    spans.push({ start, end: from });
    begun = undefined;
  }
  if (begun !== undefined) spans.push({ start: begun, end: text.length });
  return spans;
}

/** Returns the length of the lines of a key at the end of a text. */
function lengthOfLines(text: string): number {
  let length = 0;
  for (const line of text.split(LINE_END).reverse()) {
    if (line.length > LINE.longest || !KEY_LINE.test(line)) {
      const last = lengthOfKey(line);
      return length + (last < LINE.shortest ? 0 : last);
    }
    length += line.length;
  }
  return length;
}

/** Returns how many signs at the end of a line a key can have. */
function lengthOfKey(line: string): number {
  let start = line.length;
  while (start > 0 && KEY_SIGN.test(line[start - 1] as string)) start -= 1;
  return line.length - start;
}
