import type { Span } from './mask-spans.ts';

const OPENING = /(\\*)(["'`])/y;
const QUOTE = /(\\*)(["'`])|[\r\n]/g;
const LINE_END = /[\r\n]|$/g;
/** What a value in the query of a url ends with. */
const QUERY_END = /[\s&#"'<>`\\]|$/g;
/** What a value that was escaped for a url ends with. */
const ESCAPED_END = /[\s&#"'<>`\\]|%2[26C]|%7D|$/gi;
/** Where a value without quotes may end, if what follows says so. */
const MAYBE_END = /[\r\n,;&)}\]>|"'`]|[ \t]+|$/g;
/** What follows a value: nothing, another name with its value, a flag, or a sign that closes. */
const FOLLOWING =
  /(?:$|[\r\n]|[,;&)}\]>|"'`. \t]{0,8}(?:$|[\r\n]|["'`]?[\w.$-]{1,60}["'`]?[ \t]{0,3}[:=]|--?[A-Za-z]))/y;
const CLOSED = /[,;)}\]>"'`.](?:$|[\s,;)}\]>"'`])/y;
const WORD_END = /[\s,;"'`<>]|$/g;
const SENTENCE_END = /[.!?]$/;

/** Finds what stands in quotes, also in quotes that were escaped: in JSON inside JSON. */
export function quotedSpan(text: string, from: number): Span | undefined {
  OPENING.lastIndex = from;
  const opening = OPENING.exec(text);
  if (opening === null) return undefined;
  const [whole, escapes = '', quote] = opening;
  const start = from + whole.length;
  QUOTE.lastIndex = start;
  for (let match = QUOTE.exec(text); match !== null; match = QUOTE.exec(text)) {
    if (match[2] === undefined) return { start, end: match.index };
    if (match[2] !== quote) continue;
    const before = (match[1] ?? '').length;
    // Of the backslashes before a quote, each level of escaping doubles those of the level inside it.
    const isClosing =
      before >= escapes.length && Math.floor(before / (escapes.length + 1)) % 2 === 0;
    if (isClosing) return { start, end: match.index + before - escapes.length };
  }
  return { start, end: text.length };
}

/** Finds the rest of the line. */
export function lineSpan(text: string, start: number): Span {
  return { start, end: endAt(LINE_END, text, start) };
}

/** Finds a value in the query of a url. */
export function querySpan(text: string, start: number): Span {
  return { start, end: endAt(QUERY_END, text, start) };
}

/** Finds a value that was escaped for a url. */
export function escapedSpan(text: string, start: number): Span {
  return { start, end: endAt(ESCAPED_END, text, start) };
}

/** Finds one word. */
export function wordSpan(text: string, start: number): Span {
  return { start, end: endAt(WORD_END, text, start) };
}

/**
 * Finds a value without quotes. It may have several words, and signs that end other values, as long
 * as what follows does not look like the end of one.
 */
export function bareSpan(text: string, start: number): Span {
  MAYBE_END.lastIndex = start;
  for (let match = MAYBE_END.exec(text); match !== null; match = MAYBE_END.exec(text)) {
    const [sign] = match;
    const at = match.index;
    if (sign === '' || sign === '\r' || sign === '\n') return { start, end: at };
    if (mayEndAt(text, at)) return { start, end: at };
    const isSpace = sign[0] === ' ' || sign[0] === '\t';
    if (isSpace && SENTENCE_END.test(text.slice(Math.max(start, at - 1), at))) {
      return { start, end: at - 1 };
    }
  }
  return { start, end: text.length };
}

/** Tells whether a value without quotes may end here, by what follows. */
export function mayEndAt(text: string, at: number): boolean {
  FOLLOWING.lastIndex = at;
  CLOSED.lastIndex = at;
  return FOLLOWING.test(text) || CLOSED.test(text);
}

function endAt(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? text.length;
}
