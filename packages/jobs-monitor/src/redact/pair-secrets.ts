import { isProse, looksMade } from './likely-secret.ts';
import { type IsSecretName, MASK, type Span } from './mask-spans.ts';
import { wordsOf } from './sensitive-name.ts';
import {
  bareSpan,
  escapedSpan,
  lineSpan,
  mayEndAt,
  querySpan,
  quotedSpan,
  wordSpan,
} from './value-span.ts';

const SEPARATOR = /[:=]|%3[aAdD]/g;
const MAX_NAME = 100;
/** The most characters of a value that are read to decide whether it is a secret. */
const LOOK = 300;
const NAME_CHAR = /[\w.$-]/;
/** Headers whose value has several parts: the whole line is masked. */
const WHOLE_LINE = /^(?:set-cookie2?|cookie|(?:proxy-)?authorization)$/i;
/** Names that are sensitive only in the query of a URL. */
const IN_QUERY: ReadonlySet<string> = new Set(['key', 'sig', 'hmac', 'auth', 'code', 'state', 'h']);
/** Names of {@link IN_QUERY} whose value is often no secret. */
const OFTEN_PLAIN: ReadonlySet<string> = new Set(['code', 'state', 'h', 'auth']);
/** Names that also stand before a colon in plain prose: `auth: user signed in`. */
const WEAK: ReadonlySet<string> = new Set([
  ...['auth', 'session', 'card', 'pass', 'signature', 'token', 'tokens', 'cookie', 'cookies'],
  ...['secrets', 'credentials', 'credential'],
]);
/** Matches file names, which in a stack are followed by a position: `src/token.ts:10:5`. */
const FILE = /\.(?:[cm]?[jt]sx?|py|rb|go|java|rs|php)$/;
/** The beginning of a mask that is already there. */
const BEGUN = MASK.slice(0, -1);
const NO_SECRET = /^(?:true|false|null|undefined|none|nil|NaN|\*+|\d{1,2}|<[a-z_-]{1,30}>?)$/i;

/** Finds the values of sensitive names: `name=value`, `name: value`, `"name":"value"`. */
export function pairSecrets(text: string, isSecretName: IsSecretName): Span[] {
  const spans: Span[] = [];
  let done = 0;
  SEPARATOR.lastIndex = 0;
  for (let match = SEPARATOR.exec(text); match !== null; match = SEPARATOR.exec(text)) {
    const [sign] = match;
    if (match.index < done) continue;
    const span = pairAt(text, match.index, sign, done, isSecretName);
    if (span === undefined) continue;
    spans.push(span);
    done = span.end;
    SEPARATOR.lastIndex = Math.max(span.end, match.index + sign.length);
  }
  return spans;
}

function pairAt(
  text: string,
  at: number,
  sign: string,
  from: number,
  isSecretName: IsSecretName,
): Span | undefined {
  const isEscaped = sign.length > 1;
  const found = nameBefore(text, at, from);
  if (found === undefined) return undefined;
  const before = text[found.start - 1];
  const name = isEscaped || before === '%' ? found.name.replace(/^2[0267]/, '') : found.name;
  const isQuery = (before === '?' || before === '&') && sign === '=';
  if (FILE.test(name) || (!isSecretName(name) && !(isQuery && isQueryName(name)))) return undefined;
  const start = at + sign.length;
  if (isEscaped) return worthy(text, skip(text, start, /(?:%2[027]|\+)*/y), escapedSpan);
  if (isQuery) return inQuery(text, name, start);
  const spaced = skip(text, start, />?[ \t]{0,3}/y);
  const quoted = quotedSpan(text, spaced);
  if (quoted !== undefined) return worthy(text, quoted.start, () => quoted);
  if (WHOLE_LINE.test(name)) return worthy(text, spaced, lineSpan);
  return listAt(text, spaced) ?? bareValue(text, name, found.start, spaced, spaced > start);
}

/** Reads the name before a separator, backwards, with an optional quote between them. */
function nameBefore(
  text: string,
  at: number,
  from: number,
): { readonly name: string; readonly start: number } | undefined {
  let end = at;
  while (end > at - 3 && /\s/.test(text[end - 1] ?? '')) end -= 1;
  if (/["'`\]]/.test(text[end - 1] ?? '')) {
    end -= 1;
    while (end > from && text[end - 1] === '\\') end -= 1;
  } else if (/%2[27]/.test(text.slice(Math.max(0, end - 3), end))) {
    end -= 3;
  }
  let start = end;
  const least = Math.max(from, end - MAX_NAME);
  while (start > least && NAME_CHAR.test(text[start - 1] ?? '')) start -= 1;
  return start < end ? { name: text.slice(start, end), start } : undefined;
}

/** Finds a list of secrets, up to its closing bracket or the end of its line. */
function listAt(text: string, start: number): Span | undefined {
  const close = text[start] === '[' ? ']' : text[start] === '{' ? '}' : undefined;
  if (close === undefined || text.startsWith(BEGUN, start)) return undefined;
  const length = text.slice(start, start + LOOK).indexOf(close);
  const end = length === -1 ? lineSpan(text, start).end : start + length;
  return { start: start + 1, end };
}

function bareValue(
  text: string,
  name: string,
  nameStart: number,
  start: number,
  isSpaced: boolean,
): Span | undefined {
  if (isSpaced && isProse(text.slice(start, start + LOOK))) return undefined;
  const words = wordsOf(name);
  if (!isSpaced || words.length > 1 || !WEAK.has(words[0] ?? '')) {
    return worthy(text, start, bareSpan);
  }
  if (
    /\b(?:unexpected|next|parse[rd]?)\s+$/i.test(text.slice(Math.max(0, nameStart - 20), nameStart))
  ) {
    return undefined;
  }
  // Such a name may also introduce prose, unless a single generated word follows.
  const [word = ''] = /^\S*/.exec(text.slice(start, start + LOOK)) ?? [];
  const isAlone = mayEndAt(text, start + word.length);
  return looksMade(word) || isAlone
    ? worthy(text, start, isAlone ? bareSpan : wordSpan)
    : undefined;
}

function isQueryName(name: string): boolean {
  return IN_QUERY.has(name.toLowerCase()) || /[-_.](?:key|sig)$/i.test(name);
}

function inQuery(text: string, name: string, start: number): Span | undefined {
  if (OFTEN_PLAIN.has(name.toLowerCase())) {
    const { end } = querySpan(text.slice(start, start + LOOK), 0);
    const value = text.slice(start, start + end);
    if (end < 12 || !/^[\w-]+$/.test(value) || !looksMade(value)) return undefined;
  }
  return worthy(text, start, querySpan);
}

/** Drops spans that are no secret: empty ones, booleans, small numbers, masks. */
function worthy(
  text: string,
  from: number,
  find: (text: string, start: number) => Span,
): Span | undefined {
  if (text.startsWith(BEGUN, from)) return undefined;
  const { start, end } = find(text, from);
  if (end <= start || (end - start < 40 && NO_SECRET.test(text.slice(start, end))))
    return undefined;
  return { start, end };
}

function skip(text: string, from: number, pattern: RegExp): number {
  pattern.lastIndex = from;
  return from + (pattern.exec(text)?.[0].length ?? 0);
}
