import { cardNumbers } from './card-numbers.ts';
import { commandSecrets } from './command-secrets.ts';
import { keyLines } from './key-lines.ts';
import { knownTokens } from './known-tokens.ts';
import { type FindSpans, type IsSecretName, MASK, maskTexts, type Span } from './mask-spans.ts';
import { pairSecrets } from './pair-secrets.ts';
import { privateKeys } from './private-keys.ts';
import { isSensitiveName } from './sensitive-name.ts';
import { urlSecrets } from './url-secrets.ts';

/** Finds what docs/security.md lists, each in its own way. */
const FINDERS: readonly FindSpans[] = [
  knownTokens,
  privateKeys,
  keyLines,
  urlSecrets,
  pairSecrets,
  commandSecrets,
  cardNumbers,
];

/** The most characters of a text that are read and shown: more than a page has room for. */
export const MAX_LENGTH: number = 64 * 1024;

/** The shortest text with a name, a separator and a secret: `pw=x`. */
const MIN_LENGTH = 4;

/** Masks likely secrets in a text. Cuts a text longer than `max`. The time is proportional to the length read. */
export function redactText(
  text: string,
  max: number = MAX_LENGTH,
  isSecretName: IsSecretName = isSensitiveName,
): string {
  return maskTexts([text], [max], (looked) => findSecrets(looked, isSecretName)).join('');
}

/** Finds likely secrets in a text. */
export function findSecrets(text: string, isSecretName: IsSecretName): Span[] {
  return text.length < MIN_LENGTH ? [] : FINDERS.flatMap((find) => find(text, isSecretName));
}

/** Returns whether a text holds a mask, or the beginning of one. */
export function holdsMask(text: string): boolean {
  return text.includes(MASK.slice(0, -1));
}
