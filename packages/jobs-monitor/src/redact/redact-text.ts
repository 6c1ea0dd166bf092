import { knownTokens } from './known-tokens.ts';
import {
  type FindSpans,
  type IsSecretName,
  MASK,
  maskSpans,
  type Span,
  spansOf,
} from './mask-spans.ts';
import { pairSecrets } from './pair-secrets.ts';
import { isSensitiveName } from './sensitive-name.ts';
import { spokenSecrets } from './spoken-secrets.ts';
import { urlSecrets } from './url-secrets.ts';

export { MASK } from './mask-spans.ts';

const FINDERS: readonly FindSpans[] = [
  knownTokens,
  urlSecrets,
  pairSecrets,
  spokenSecrets,
  cardNumbers,
];

/** The most characters of a text that are read and shown: more than a page has room for. */
export const MAX_LENGTH: number = 64 * 1024;
/** Characters not shown before a cut, since the cut could split a secret there and hide it from the patterns. */
const MARGIN = 512;

/**
 * Masks likely secrets in a text: tokens, private keys, URLs, headers, pairs of name and value, flags,
 * cards. Cuts a text longer than `max`, and reads only a little beyond that. The time is proportional to
 * the length read, for any text.
 */
export function redactText(
  text: string,
  max: number = MAX_LENGTH,
  isSecretName: IsSecretName = isSensitiveName,
): string {
  const isLong = text.length > max;
  const looked = isLong ? text.slice(0, max + MARGIN) : text;
  const spans = findSecrets(looked, isSecretName);
  if (!isLong) return maskSpans(text, spans);
  const shown = spans.filter(({ start }) => start < max);
  const end = Math.max(max, ...shown.map((span) => (span.end > max ? span.end : 0)));
  return `${maskSpans(text.slice(0, end), shown)}…`;
}

/** Finds likely secrets in a text. */
export function findSecrets(text: string, isSecretName: IsSecretName): Span[] {
  return text.length < MIN_LENGTH ? [] : FINDERS.flatMap((find) => find(text, isSecretName));
}

/** The shortest text with a name, a separator and a secret: `pw=x`. */
const MIN_LENGTH = 4;

/** Returns whether a text holds a mask, or the beginning of one. */
export function holdsMask(text: string): boolean {
  return text.includes(MASK.slice(0, -1));
}

/** Matches numbers in the form of common payment cards; {@link isCard} checks them. */
const CARD =
  /(?<![\d.-])(?:3[47]\d{2}[ -]?\d{6}[ -]?\d{5}|(?:4\d{3}|5[1-5]\d{2}|2[2-7]\d{2}|6011|65\d{2})(?:[ -]?\d{4}){3})(?![\d-])/g;

/** Finds the numbers of payment cards. */
function cardNumbers(text: string): Span[] {
  return spansOf(text, CARD).filter(({ start, end }) => isCard(text.slice(start, end)));
}

/** Checks the last digit of a card's number by Luhn's algorithm. */
function isCard(text: string): boolean {
  const digits = [...text].filter((char) => char >= '0' && char <= '9').map(Number);
  const sum = digits.reduceRight((total, digit, index) => {
    const fromRight = digits.length - 1 - index;
    if (fromRight % 2 === 0) return total + digit;
    return total + (digit > 4 ? digit * 2 - 9 : digit * 2);
  }, 0);
  return sum % 10 === 0;
}
