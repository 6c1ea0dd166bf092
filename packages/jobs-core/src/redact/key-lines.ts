import type { Span } from './mask-spans.ts';

/** Matches the end of a line, also where it is escaped. */
const LINE_END = /(\r?\n|\r|(?:\\{1,16}r)?\\{1,16}n|\\{1,16}r)/;
/** Matches a whole line of a PEM file, also in the quotes and the indent of source code. */
const WHOLE_LINE = /^[\s"'`,|>\\]*([A-Za-z0-9+/]{64})[\s"'`,\\]*(?:\+\s*)?$/;
/** Matches the last line of one, which is shorter. */
const LAST_LINE = /^[\s"'`,|>\\]*(?:[A-Za-z0-9+/]{20,63}|[A-Za-z0-9+/]{2,62}={1,2})[\s"'`,\\]*$/;
/** Matches the first or last line of what may be shown, such as a certificate. */
const PUBLIC_MARK = /-----(?:BEGIN|END) (?![A-Z0-9 ]{0,80}PRIVATE KEY)/;
const LONGEST_LINE = 200;
const FEWEST_LINES = 2;

/**
 * Finds lines of a private key whose first and last lines are both missing: two or more of 64 characters of Base64. Lines
 * of hexadecimal digits are none, and those of a certificate may be shown.
 */
export function keyLines(text: string): Span[] {
  if (!/[A-Za-z0-9+/]{64}/.test(text)) return [];
  // Each odd part is what separates two lines.
  const parts = text.split(LINE_END);
  const spans: Span[] = [];
  let at = 0;
  for (let index = 0; index < parts.length; ) {
    const end = endOfRun(parts, index);
    const length = lengthOf(parts, index, end);
    const isRun = (end - index + 1) / 2 >= FEWEST_LINES;
    if (isRun && !isPublic(parts[index - 2]) && !isPublic(parts[end + 1])) {
      const last = LAST_LINE.test(lineOf(parts[end + 1])) ? end + 2 : end;
      spans.push({ start: at, end: at + length + lengthOf(parts, end, last) });
    }
    // Behind the run, or the line that is none, and what separates it from the next one.
    const next = Math.max(end, index + 1) + 1;
    at += lengthOf(parts, index, next);
    index = next;
  }
  return spans;
}

/** Returns the index behind the last of the whole lines that begin at an index. */
function endOfRun(parts: readonly string[], from: number): number {
  let end = from;
  for (let index = from; index < parts.length && isWhole(parts[index]); index += 2) end = index + 1;
  return end;
}

function isWhole(part: string | undefined): boolean {
  const [, signs = ''] = WHOLE_LINE.exec(lineOf(part)) ?? [];
  return /[a-z]/.test(signs) && /[A-Z]/.test(signs) && /\d/.test(signs);
}

function isPublic(part: string | undefined): boolean {
  return PUBLIC_MARK.test(lineOf(part));
}

function lineOf(part = ''): string {
  return part.length > LONGEST_LINE ? '' : part;
}

function lengthOf(parts: readonly string[], from: number, to: number): number {
  let length = 0;
  for (let index = from; index < Math.min(to, parts.length); index++) {
    length += (parts[index] as string).length;
  }
  return length;
}
