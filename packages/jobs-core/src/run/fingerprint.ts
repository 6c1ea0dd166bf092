import { createHash } from 'node:crypto';
import type { SerializedError } from '../errors/serialize-error.ts';

/** How much of a message is read, and how much of what it reads as then counts, in characters. */
const MAX_MESSAGE = 2000;
const MAX_READ = 1000;

/** Passes over names of words, such as `getS3ObjectMetadata`: hardly any id in both cases has three small letters in each row of them. */
const NO_NAME =
  /(?!(?=[\w-]*[A-Z])(?:[A-Z]?[a-z]{3,}(?![a-z])\d{0,2}(?!\d)|[A-Z]{1,3}\d{0,2}(?=[A-Z][a-z]{3})|[a-z]\d{1,2}(?=[A-Z_-])|[_-])+(?![\w-]))/
    .source;

/** The parts of messages that differ between failures of one cause, each with what stands for it; in this order. */
const VARIABLE: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, '#'],
  // Of letters in both cases, as nano ids and those with a prefix.
  [
    new RegExp(
      `(?<![\\w-])${NO_NAME}(?=[\\w-]*\\d)(?=[\\w-]*[a-z])(?=[\\w-]*[A-Z])[\\w-]{16,}`,
      'g',
    ),
    '#',
  ],
  [
    new RegExp(`(?<![a-zA-Z0-9])${NO_NAME}(?=[a-zA-Z]*\\d)(?=\\d*[a-zA-Z])[a-zA-Z0-9]{12,}`, 'g'),
    '#',
  ],
  [/\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b/gi, '#'],
  [/\b0x[0-9a-f]+\b/gi, '#'],
  // An apostrophe stands within a word, and is no quote.
  [/(["`]).*?\1|(?<![\p{L}\d])'.*?'(?![\p{L}\d])/gsu, '…'],
  [/((?<!\w)[-+])?\d+([.,]\d+)*(e[-+]?\d+\b)?/gi, '#'],
];

/** Computes the fingerprint of a failure: of the job, the error, and its message without numbers, ids and quotes. */
export function fingerprintOf(
  name: string,
  { name: error, code, message }: SerializedError,
): string {
  const text = VARIABLE.reduce(
    (rest, [pattern, stand]) => rest.replace(pattern, stand),
    message.slice(0, MAX_MESSAGE),
  );
  // Cut once more: where the first cut falls depends on the lengths of ids.
  const cause = JSON.stringify([name, error, code ?? null, text.slice(0, MAX_READ)]);
  return createHash('sha256').update(cause).digest('hex').slice(0, 16);
}
