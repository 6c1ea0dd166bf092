import { isProse, looksMade } from './likely-secret.ts';
import { type IsSecretName, type Span, spansOf } from './mask-spans.ts';
import { quotedSpan, spanTo, WORD_END } from './value-span.ts';

/** Matches `Bearer …`, `token …`, `password …`, as in headers and .netrc. */
const SCHEME =
  /\b(?:bearer|basic|negotiate|ntlm|hawk|token|api[ -]?key|jwt|password|passwd|secret)[ \t]{1,3}(?=\S)/gi;
/** Matches flags, also in a list of words: `--password …`, `"--api-key","…"`. */
const FLAG =
  /(?<![\w-])--?([A-Za-z][\w-]{1,60})(?:[ \t]{1,3}(?![-\s])|\\{0,16}["'`]\s{0,60},\s{0,60}(?=\\{0,16}["'`](?!-)))/g;
/** Matches users with a password: `curl -u user:password`. */
const USER = /(?<!\S)(?:-u|--user|--proxy-user)[ \t]{1,3}["']?[^\s:"']{1,100}:([^\s"']+)/g;
/** Matches the short flags of programs that take a password by them: `mysql -p…`, `redis-cli -a …`. */
const SHORT =
  /\b(?:(?:mysql|mariadb)[\w-]{0,20}(?:[^\n|;&,]|,\n?){0,200}?[\s"'`]-p|(?:redis-cli|sshpass|(?:docker|podman)[\s"'`,\\]{1,9}login)(?:[^\n|;&,]|,\n?){0,200}?[\s"'`](?:-a|-p|--pass)(?:\\{0,16}["'`]\s{0,60},\s{0,60}\\{0,16}|[ \t]{0,3}))["'`]?((?:[^\s"'`\\]|\\(?!["'`\\]))+)/g;
/** Matches elements: `<password>…`, also with attributes. */
const ELEMENT = /<([A-Za-z][\w:.-]{0,60})(?:\s[^<>]{0,200})?>(?=[^<\s])/g;
/** Matches sentences: `password is …`. */
const SAID =
  /\b(?:pass(?:word|phrase|code)|passwd|pwd|pin|secret|api[ -]?key)\s(?:is|was|now|=>|->)[ \t]{1,3}(?=\S)/gi;

/** Finds secrets behind the schemes of headers, the flags of command lines, the names of elements, and words. */
export function commandSecrets(text: string, isSecretName: IsSecretName): Span[] {
  const isNamed = ([, name = '']: RegExpExecArray): boolean => isSecretName(name);
  return [
    ...after(text, SCHEME, (_, word) => looksMade(word) && !isProse(word)),
    ...after(
      text,
      SAID,
      (_, word) => !isProse(word) && /[\d\W_]/.test(word.replace(/[.,!?]+$/, '')),
    ),
    ...after(text, FLAG, (match, word) => isNamed(match) && !isProse(word)),
    ...after(text, ELEMENT, isNamed, /<|[\r\n]|$/g),
    ...spansOf(text, USER),
    ...spansOf(text, SHORT),
  ];
}

function after(
  text: string,
  pattern: RegExp,
  isSecret: (match: RegExpExecArray, word: string) => boolean,
  end = WORD_END,
): Span[] {
  const spans: Span[] = [];
  for (const match of text.matchAll(pattern)) {
    const start = match.index + match[0].length;
    const span = (end === WORD_END && quotedSpan(text, start)) || spanTo(end, text, start);
    if (isSecret(match, text.slice(span.start, Math.min(span.end, span.start + 200)))) {
      spans.push(span);
    }
  }
  return spans;
}
