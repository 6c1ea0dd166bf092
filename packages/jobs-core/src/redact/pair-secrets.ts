import { isProse, looksMade } from './likely-secret.ts';
import { type IsSecretName, MASK, type Span } from './mask-spans.ts';
import { wordsOf } from './sensitive-name.ts';
import {
  bareSpan,
  bracketSpan,
  ESCAPED_END,
  LINE_END,
  mayEndAt,
  QUERY_END,
  quotedSpan,
  spanTo,
  WORD_END,
} from './value-span.ts';

/** Matches a name, and what stands between it and its value. */
const PAIR =
  /(?<![\w.$-])([\w.$-]{1,100})(?:\\{0,16}["'`\]]|%2[27]|\s){0,4}(?:([:=])>?[ \t]{0,3}|%3[aAdD](?:%2[027]|\+)*)/g;
/** Matches a name in quotes, whose value follows: `{"name":"X-Api-Key","value":`, `[["password",`. */
const NAMED =
  /(?:(?:name|key|header)\\{0,16}["'`]?\s{0,3}:\s{0,3}|[[,]\s{0,60}\[\s{0,60})\\{0,16}["'`]([\w.-]{1,100})\\{0,16}["'`]\s{0,3},\s{0,60}(?:\\{0,16}["'`]?value\\{0,16}["'`]?\s{0,3}:\s{0,3})?/gi;
/** Matches where a value stands before its name: `{"value":"…","name":"X-Api-Key"}`. */
const VALUE_FIRST = /\bvalue\\{0,16}["'`]?\s{0,3}:\s{0,3}(?=\\{0,16}["'`])/gi;
const NAME_BEHIND =
  /\\{0,16}["'`]\s{0,60},\s{0,60}\\{0,16}["'`]?(?:name|key|header)\\{0,16}["'`]?\s{0,3}:\s{0,3}\\{0,16}["'`]([\w.-]{1,100})/iy;
/** Matches a list in which the names of headers and their values take turns. */
const RAW_HEADERS = /headers\\{0,16}["'`]?\s{0,3}:\s{0,3}\[\s{0,60}(?=\\{0,16}["'`])/gi;
const BETWEEN = /\\{0,16}["'`]\s{0,60},\s{0,60}/y;
/** The most characters of a value that are read to decide whether it is a secret. */
const LOOK = 300;
/** Headers whose value has several parts: the whole line is masked. */
const WHOLE_LINE = /^(?:set-cookie2?|cookie|(?:proxy-)?authorization)$/i;
/** Names that are sensitive in the query of a URL only; the value of the latter is often no secret. */
const IN_QUERY = /^(?:key|sig|hmac|auth|code|state|h)$|[-_.](?:key|sig)$/i;
const OFTEN_PLAIN = /^(?:code|state|h|auth)$/i;
/** Names that also stand before a colon in plain prose: `auth: user signed in`. */
const WEAK = /^(?:auth|session|card|pass|signature|tokens?|cookies?|secrets|credentials?)$/;
const PARSED = /\b(?:unexpected|next|parse[rd]?)\s+$/i;
/** Matches file names, which in a stack are followed by a position: `src/token.ts:10:5`. */
const FILE = /\.(?:[cm]?[jt]sx?|py|rb|go|java|rs|php)$/;
const NO_SECRET = /^(?:true|false|null|undefined|none|nil|NaN|\*+|\d{1,2}|<[a-z_-]{1,30}>?)$/i;

/** Finds the values of sensitive names: `name=value`, `name: value`, `"name":"value"`, `["name","value"]`. */
export function pairSecrets(text: string, isSecretName: IsSecretName): Span[] {
  return [
    ...search(text, PAIR, (match) => valueBehind(text, match, isSecretName)),
    ...search(text, NAMED, ({ 0: whole, 1: name = '', index }) =>
      isSecretName(name) ? valueIn(text, index + whole.length) : undefined,
    ),
    ...search(text, VALUE_FIRST, ({ 0: whole, index }) =>
      valueBefore(text, index + whole.length, isSecretName),
    ),
    ...[...text.matchAll(RAW_HEADERS)].flatMap(({ 0: whole, index }) =>
      rawHeaders(text, index + whole.length, isSecretName),
    ),
  ];
}

/** Finds a value in quotes. What a colon follows is the name of another one. */
function valueIn(text: string, from: number): Span | undefined {
  const span = quotedSpan(text, from);
  return span && !/^\\{0,16}["'`]\s{0,3}:/.test(text.slice(span.end, span.end + 24))
    ? span
    : undefined;
}

function valueBefore(text: string, from: number, isSecretName: IsSecretName): Span | undefined {
  const span = quotedSpan(text, from);
  if (span === undefined) return undefined;
  NAME_BEHIND.lastIndex = span.end;
  const name = NAME_BEHIND.exec(text)?.[1];
  return name !== undefined && isSecretName(name) ? span : undefined;
}

function rawHeaders(text: string, from: number, isSecretName: IsSecretName): Span[] {
  const spans: Span[] = [];
  let isSecret = false;
  for (let span = quotedSpan(text, from); span !== undefined; ) {
    if (isSecret) spans.push(span);
    isSecret =
      !isSecret && span.end - span.start < 100 && isSecretName(text.slice(span.start, span.end));
    BETWEEN.lastIndex = span.end;
    span = BETWEEN.test(text) ? quotedSpan(text, BETWEEN.lastIndex) : undefined;
  }
  return spans;
}

/** Finds what follows the matches of a pattern; goes on behind each secret. */
function search(
  text: string,
  pattern: RegExp,
  find: (match: RegExpExecArray) => Span | undefined,
): Span[] {
  const spans: Span[] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const span = find(match);
    if (span === undefined || !isWorthy(text, span)) continue;
    spans.push(span);
    pattern.lastIndex = Math.max(span.end, pattern.lastIndex);
  }
  return spans;
}

function valueBehind(
  text: string,
  match: RegExpExecArray,
  isSecretName: IsSecretName,
): Span | undefined {
  const { 0: whole, 1: written = '', 2: sign, index } = match;
  const start = index + whole.length;
  const before = text[index - 1] ?? '';
  const name = sign === undefined || before === '%' ? written.replace(/^2[0267]/, '') : written;
  const isQuery = sign === '=' && (before === '?' || before === '&');
  if (FILE.test(name) || !(isSecretName(name) || (isQuery && IN_QUERY.test(name))))
    return undefined;
  if (isMask(text, start) || isMask(text, start + 1)) return undefined;
  if (sign === undefined) return spanTo(ESCAPED_END, text, start);
  return isQuery ? inQuery(text, name, start) : inText(text, name, index, start);
}

function inText(text: string, name: string, index: number, start: number): Span | undefined {
  const quoted = quotedSpan(text, start);
  if (quoted !== undefined) return quoted;
  if (WHOLE_LINE.test(name)) return spanTo(LINE_END, text, start);
  return bracketSpan(text, start) ?? bareValue(text, name, index, start);
}

/** Finds a value without quotes. One behind a blank may also be prose about the name. */
function bareValue(text: string, name: string, index: number, start: number): Span | undefined {
  if (!/\s/.test(text[start - 1] ?? '')) return bareSpan(text, start);
  if (isProse(text.slice(start, start + LOOK))) return undefined;
  if (!WEAK.test(wordsOf(name))) return bareSpan(text, start);
  if (PARSED.test(text.slice(Math.max(0, index - 20), index))) return undefined;
  const word = spanTo(/\s|$/g, text.slice(0, start + LOOK), start);
  if (mayEndAt(text, word.end)) return bareSpan(text, start);
  return looksMade(text.slice(start, word.end)) ? spanTo(WORD_END, text, start) : undefined;
}

function inQuery(text: string, name: string, start: number): Span | undefined {
  if (OFTEN_PLAIN.test(name)) {
    const { end } = spanTo(QUERY_END, text.slice(0, start + LOOK), start);
    const value = text.slice(start, end);
    if (value.length < 12 || !/^[\w-]+$/.test(value) || !looksMade(value)) return undefined;
  }
  return spanTo(QUERY_END, text, start);
}

/** Returns whether a span can be a secret: booleans, small numbers and masks are none. */
function isWorthy(text: string, { start, end }: Span): boolean {
  if (isMask(text, start)) return false;
  return end > start && (end - start >= 40 || !NO_SECRET.test(text.slice(start, end)));
}

function isMask(text: string, start: number): boolean {
  return text.startsWith(MASK.slice(0, -1), start);
}
