import { isSensitiveName } from './sensitive-name.ts';

/** What stands in the place of what is not shown. */
export const MASK = '[redacted]';

/** What a url carries before its host: `redis://user:password@`. */
const URL_USER = /\b([a-z][a-z0-9+.-]{1,30}:\/\/)[^\s/@"'<>]{1,500}@/gi;
const SCHEME = /\b(Bearer|Basic|Digest|Token)\s+[\w.~+/=-]{6,4000}/g;
const COOKIE = /\b((?:set-)?cookie)(\s*[:=]\s*)[^\r\n]{1,4000}/gi;
const JWT = /\beyJ[\w-]{5,4000}\.[\w-]{5,4000}\.[\w-]{0,4000}/g;
/** `name=value`, `name: value`, `"name":"value"`. */
const PAIR =
  /(?<![\w.$-])([\w.$-]{1,100})(["']?\s{0,3}[:=]\s{0,3})("[^"\r\n]{1,4000}"|'[^'\r\n]{1,4000}'|[^\s"'&,;)}\]]{1,4000})/g;
/** Numbers as the common cards write theirs; {@link isCard} tells them from others. */
const CARD =
  /(?<![\d.-])(?:3[47]\d{2}[ -]?\d{6}[ -]?\d{5}|(?:4\d{3}|5[1-5]\d{2}|2[2-7]\d{2}|6011|65\d{2})(?:[ -]?\d{4}){3})(?![\d-])/g;

/** How much of a text is looked at, and shown: more than a page has room for. */
const MAX_LENGTH = 64 * 1024;

/** Masks what looks like a secret in a text, and cuts one that is very long: in urls, headers, pairs of name and value, cards. */
export function redactText(text: string): string {
  const shown = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
  return shown
    .replace(URL_USER, `$1${MASK}@`)
    .replace(SCHEME, `$1 ${MASK}`)
    .replace(COOKIE, `$1$2${MASK}`)
    .replace(JWT, MASK)
    .replace(PAIR, (pair, name: string, sign: string, value: string) =>
      isSensitiveName(name) && !value.startsWith(MASK.slice(0, -1))
        ? `${name}${sign}${MASK}`
        : pair,
    )
    .replace(CARD, (digits) => (isCard(digits) ? MASK : digits));
}

/** Checks the last digit of a card's number, as Luhn devised it. */
function isCard(text: string): boolean {
  const digits = [...text].filter((char) => char >= '0' && char <= '9').map(Number);
  const sum = digits.reduceRight((total, digit, index) => {
    const fromRight = digits.length - 1 - index;
    if (fromRight % 2 === 0) return total + digit;
    return total + (digit > 4 ? digit * 2 - 9 : digit * 2);
  }, 0);
  return sum % 10 === 0;
}
