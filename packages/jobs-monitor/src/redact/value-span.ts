import type { Span } from './mask-spans.ts';

const OPENING = /(\\*)(["'`])/y;
const QUOTE = /(\\*)(["'`])|[\r\n]/g;
const LINE_END = /[\r\n]|$/g;
/** Matches the end of a value in the query of a URL. */
const QUERY_END = /[\s&#"'<>`\\]|$/g;
/** Matches the end of a value that was escaped for a URL. */
const ESCAPED_END = /[\s&#"'<>`\\]|%2[26C]|%7D|$/gi;
/** Matches where a value without quotes may end, depending on the text that follows. */
const MAYBE_END = /[\r\n,;&)}\]>|"'`]|[ \t]+|$/g;
/** Matches the text after a value: nothing, another name with its value, a flag, or a closing sign. */
const FOLLOWING =
  /(?:$|[\r\n]|[,;&)}\]>|"'`. \t]{0,8}(?:$|[\r\n]|["'`]?[\w.$-]{1,60}["'`]?[ \t]{0,3}[:=]|--?[A-Za-z]))/y;
const CLOSED = /[,;)}\]>"'`.](?:$|[\s,;)}\]>"'`])/y;
const WORD_END = /[\s,;"'`<>]|$/g;
const SENTENCE_END = /[.!?]$/;

/** Finds a quoted value, also in escaped quotes, as in JSON inside JSON. */
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
    // Each level of escaping doubles the backslashes before a quote of the level inside it.
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

/** Finds a value in the query of a URL. */
export function querySpan(text: string, start: number): Span {
  return { start, end: endAt(QUERY_END, text, start) };
}

/** Finds a value that was escaped for a URL. */
export function escapedSpan(text: string, start: number): Span {
  return { start, end: endAt(ESCAPED_END, text, start) };
}

/** Finds one word. */
export function wordSpan(text: string, start: number): Span {
  return { start, end: endAt(WORD_END, text, start) };
}

/**
 * Finds a value without quotes. It may have several words, and signs that end other values, until the text
 * that follows looks like the end.
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

/** Returns whether a value without quotes may end here, by the text that follows. */
export function mayEndAt(text: string, at: number): boolean {
  FOLLOWING.lastIndex = at;
  CLOSED.lastIndex = at;
  return FOLLOWING.test(text) || CLOSED.test(text);
}

function endAt(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? text.length;
}
