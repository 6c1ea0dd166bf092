import type { Span } from './mask-spans.ts';

const OPENING = /(\\*)(["'`])/y;
const QUOTE = /(\\*)(["'`])|[\r\n]/g;
const BRACKET = /[[\]{}"'`]/g;
/** Matches the end of a line. */
export const LINE_END: RegExp = /[\r\n]|$/g;
/** Matches the end of a value in the query of a URL. */
export const QUERY_END: RegExp = /[\s&#"'<>`\\]|$/g;
/** Matches the end of a value that was escaped for a URL. */
export const ESCAPED_END: RegExp = /[\s&#"'<>`\\]|%2[26C]|%7D|$/gi;
/** Matches the end of a word. */
export const WORD_END: RegExp = /[\s,;"'`<>]|$/g;
/** Matches where a value without quotes may end, depending on the text that follows. */
const MAYBE_END = /[\r\n,;&)}\]>|"'`]|[ \t]+|$/g;
/** Matches the text after a value: nothing, another name with its value, a flag, or a closing sign. */
const FOLLOWING =
  /(?:$|[\r\n]|[,;&)}\]>|"'`. \t]{0,8}(?:$|[\r\n]|["'`]?[\w.$-]{1,60}["'`]?[ \t]{0,3}[:=]|--?[A-Za-z])|[,;)}\]>"'`.](?:$|[\s,;)}\]>"'`]))/y;
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

/** Finds a list or an object to the bracket that closes it, or else to the end of the text. */
export function bracketSpan(text: string, from: number): Span | undefined {
  if (text[from] !== '[' && text[from] !== '{') return undefined;
  const start = from + 1;
  let depth = 0;
  BRACKET.lastIndex = from;
  for (let match = BRACKET.exec(text); match !== null; match = BRACKET.exec(text)) {
    const { 0: sign, index } = match;
    if (sign === '[' || sign === '{') depth += 1;
    else if (sign === ']' || sign === '}') depth -= 1;
    else BRACKET.lastIndex = Math.max(index + 1, quoteEnd(text, index));
    if (depth === 0) return { start, end: index };
  }
  return { start, end: text.length };
}

/** Returns where a quoted value in brackets ends, whose quote may be escaped. */
function quoteEnd(text: string, quote: number): number {
  let from = quote;
  while (text[from - 1] === '\\') from -= 1;
  const end = quotedSpan(text, from)?.end ?? quote;
  return end + quote - from + 1;
}

/** Finds a value to its end. */
export function spanTo(end: RegExp, text: string, start: number): Span {
  end.lastIndex = start;
  return { start, end: end.exec(text)?.index ?? text.length };
}

/**
 * Finds a value without quotes. It may have several words, and signs that end other values, until the text
 * that follows looks like the end.
 */
export function bareSpan(text: string, start: number): Span {
  MAYBE_END.lastIndex = start;
  for (let match = MAYBE_END.exec(text); match !== null; match = MAYBE_END.exec(text)) {
    const { 0: sign, index: end } = match;
    if (mayEndAt(text, end)) return { start, end };
    if (/^[ \t]/.test(sign) && SENTENCE_END.test(text.slice(Math.max(start, end - 1), end))) {
      return { start, end: end - 1 };
    }
  }
  return { start, end: text.length };
}

/** Returns whether a value without quotes may end here, by the text that follows. */
export function mayEndAt(text: string, at: number): boolean {
  FOLLOWING.lastIndex = at;
  return FOLLOWING.test(text);
}
