import { cardNumbers } from './card-numbers.ts';
import { knownTokens } from './known-tokens.ts';
import { type FindSpans, MASK, maskSpans, type Span } from './mask-spans.ts';
import { pairSecrets } from './pair-secrets.ts';
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

/** How much of a text is looked at, and shown: more than a page has room for. */
export const MAX_LENGTH: number = 64 * 1024;
/** What a cut might part, so that what stands before it would no longer be known: it is not shown. */
const MARGIN = 512;

/**
 * Masks what looks like a secret in a text: tokens, private keys, urls, headers, pairs of name and
 * value, flags, cards. A text that is longer than `max` is cut; no more of it is looked at than that
 * and a little. The time it takes is in proportion to that length, whatever the text.
 */
export function redactText(text: string, max: number = MAX_LENGTH): string {
  const isLong = text.length > max;
  const looked = isLong ? text.slice(0, max + MARGIN) : text;
  const spans = findSecrets(looked);
  if (!isLong) return maskSpans(text, spans);
  const shown = spans.filter(({ start }) => start < max);
  const end = Math.max(max, ...shown.map((span) => (span.end > max ? span.end : 0)));
  return `${maskSpans(text.slice(0, end), shown)}…`;
}

/** Finds the parts of a text that look like secrets. */
export function findSecrets(text: string): Span[] {
  return text.length < MIN_LENGTH ? [] : FINDERS.flatMap((find) => find(text));
}

/** Nothing shorter can be a name, a sign and a secret: `pw=x`. */
const MIN_LENGTH = 4;

/** Tells whether a text holds a mask, or the beginning of one. */
export function holdsMask(text: string): boolean {
  return text.includes(MASK.slice(0, -1));
}
