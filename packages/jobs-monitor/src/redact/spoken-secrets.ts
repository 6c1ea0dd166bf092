import { isProse, looksMade } from './likely-secret.ts';
import { type IsSecretName, type Span, spansOf } from './mask-spans.ts';
import { lineSpan, quotedSpan, wordSpan } from './value-span.ts';

/** Matches `Bearer …`, `token …`, `password …`, as in headers and .netrc. */
const SCHEME =
  /\b(?:bearer|basic|negotiate|ntlm|hawk|token|api[ -]?key|jwt|password|passwd|secret)[ \t]{1,3}(?=\S)/gi;
/** Matches flags: `--password …`, `--api-key …`. */
const FLAG = /(?<![\w-])--?([A-Za-z][\w-]{1,60})[ \t]{1,3}(?![-\s])/g;
/** Matches users with a password: `curl -u user:password`. */
const USER_FLAG = /(?<!\S)(?:-u|--user|--proxy-user)[ \t]{1,3}["']?[^\s:"']{1,100}:([^\s"']+)/g;
/** Matches elements: `<password>…`, also with attributes. */
const ELEMENT = /<([A-Za-z][\w:.-]{0,60})(?:\s[^<>]{0,200})?>(?=[^<\s])/g;
/** Matches sentences: `password is …`. */
const SAID =
  /\b(?:pass(?:word|phrase|code)|passwd|pwd|pin|secret|api[ -]?key)\s(?:is|was|now|=>|->)[ \t]{1,3}(?=\S)/gi;

/** Finds secrets that are introduced by words: in headers, command lines, XML and sentences. */
export function spokenSecrets(text: string, isSecretName: IsSecretName): Span[] {
  return [
    ...after(text, SCHEME, (word) => looksMade(word) && !isProse(word)),
    ...after(text, SAID, (word) => !isProse(word) && /[\d\W_]/.test(word.replace(/[.,!?]+$/, ''))),
    ...flags(text, isSecretName),
    ...spansOf(text, USER_FLAG),
    ...elements(text, isSecretName),
  ];
}

function after(text: string, pattern: RegExp, isSecret: (word: string) => boolean): Span[] {
  const spans: Span[] = [];
  for (const match of text.matchAll(pattern)) {
    const start = match.index + match[0].length;
    const span = quotedSpan(text, start) ?? wordSpan(text, start);
    if (isSecret(text.slice(span.start, Math.min(span.end, span.start + 200)))) spans.push(span);
  }
  return spans;
}

function flags(text: string, isSecretName: IsSecretName): Span[] {
  const spans: Span[] = [];
  for (const match of text.matchAll(FLAG)) {
    if (!isSecretName(match[1] ?? '')) continue;
    const start = match.index + match[0].length;
    const span = quotedSpan(text, start) ?? wordSpan(text, start);
    if (!isProse(text.slice(span.start, span.end))) spans.push(span);
  }
  return spans;
}

function elements(text: string, isSecretName: IsSecretName): Span[] {
  const spans: Span[] = [];
  for (const match of text.matchAll(ELEMENT)) {
    if (!isSecretName(match[1] ?? '')) continue;
    const start = match.index + match[0].length;
    const close = text.indexOf('<', start);
    const end = close === -1 ? lineSpan(text, start).end : close;
    spans.push({ start, end });
  }
  return spans;
}
