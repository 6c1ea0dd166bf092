import { createHmac } from 'node:crypto';
import { JobsError } from '@philjs/jobs-core';

/** The key that signs, made from a secret. */
export type SigningKey = Buffer;

const PREFIX = 'whsec_';

/**
 * Reads a secret: `whsec_` and 24 to 64 bytes in base64. An error never shows it.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function readSecret(field: string, secret: unknown): SigningKey {
  const text = typeof secret === 'string' && secret.startsWith(PREFIX) ? secret.slice(6) : '';
  const key = Buffer.from(text, 'base64');
  const isWhole = key.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '');
  if (isWhole && key.length >= 24 && key.length <= 64) return key;
  throw new JobsError(
    'JOBS_INVALID_ARGUMENT',
    `Expected \`${field}\` to be \`whsec_\` and 24 to 64 bytes in base64, got something else. Make one with ` +
      "`'whsec_' + crypto.randomBytes(32).toString('base64')`.",
    { details: { field } },
  );
}

/** Describes a message to sign. */
export interface Message {
  readonly id: string;
  readonly body: string;
  /** When this try is made, in epoch milliseconds. */
  readonly at: number;
}

/**
 * Makes the headers of a message by the Standard Webhooks specification 1.0: a signature for each key, so that a
 * receiver may know the old secret or the new one.
 */
export function signMessage(
  { id, body, at }: Message,
  keys: readonly SigningKey[],
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at / 1000));
  const signatures = keys.map((key) => {
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`);
    return `v1,${signature.digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}
