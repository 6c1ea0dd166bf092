import { invalidArgument } from '../check/argument.ts';
import { isThenable } from '../check/is-thenable.ts';
import { JobsError } from '../errors/jobs-error.ts';
import { utf8Bytes } from '../json/utf8-bytes.ts';
import type { JobDefinition } from './job-definition.ts';
import { keyedConcurrency } from './limits-of.ts';

/** The longest key, in bytes of UTF-8. */
const MAX_KEY_BYTES = 256;

/** Holds the keys that the limits of one job count by. */
export interface LimitKeys {
  /** The key of `concurrency`. */
  readonly concurrencyKey?: string;
  /** The key of `rateLimit`. */
  readonly rateKey?: string;
}

/** The keys of a job without limits by key. */
export const NO_KEYS: LimitKeys = Object.freeze({});

/** Returns whether the limits of a definition are counted by keys. */
export function hasLimitKeys({ options }: JobDefinition): boolean {
  return (
    options.rateLimit?.key !== undefined || keyedConcurrency(options.concurrency) !== undefined
  );
}

/**
 * Returns whether a job was stored without a key that its definition has, by a producer that did not know the
 * definition.
 */
export function lacksLimitKeys({ options }: JobDefinition, job: LimitKeys): boolean {
  if (options.rateLimit?.key !== undefined && job.rateKey === undefined) return true;
  return job.concurrencyKey === undefined && keyedConcurrency(options.concurrency) !== undefined;
}

/**
 * Computes the keys of a job from its payload as the handler will get it.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` when a key function throws, or returns anything but a string
 * of 1 to 256 bytes
 */
export function limitKeysOf(definition: JobDefinition, payload: unknown): LimitKeys {
  const ofConcurrency = keyedConcurrency(definition.options.concurrency)?.key;
  const ofRate = definition.options.rateLimit?.key;
  if (ofConcurrency === undefined && ofRate === undefined) return NO_KEYS;
  return {
    ...(ofConcurrency !== undefined && {
      concurrencyKey: askForKey('concurrency.key', ofConcurrency, definition, payload),
    }),
    ...(ofRate !== undefined && {
      rateKey: askForKey('rateLimit.key', ofRate, definition, payload),
    }),
  };
}

function askForKey(
  field: string,
  ask: (payload: never) => unknown,
  { name }: JobDefinition,
  payload: unknown,
): string {
  let key: unknown;
  try {
    key = ask(payload as never);
  } catch (cause) {
    throw new JobsError(
      'JOBS_INVALID_ARGUMENT',
      `Expected \`${field}\` of job \`${name}\` to return a string, but it threw. It gets the payload as the handler does.`,
      { cause, details: { field, name } },
    );
  }
  if (isThenable(key)) {
    // An unhandled rejection would otherwise end the process.
    key.then(undefined, () => undefined);
    throw new JobsError(
      'JOBS_INVALID_ARGUMENT',
      `Expected \`${field}\` of job \`${name}\` to return a string at once, got a promise. Work the key out before, and put it in the payload.`,
      { details: { field, name } },
    );
  }
  if (typeof key === 'string' && key !== '' && isShort(key)) return key;
  throw invalidArgument(field, `a function that returns 1 to ${MAX_KEY_BYTES} bytes of text`, key);
}

function isShort(key: string): boolean {
  if (key.length * 3 <= MAX_KEY_BYTES) return true;
  return key.length <= MAX_KEY_BYTES && utf8Bytes(key) <= MAX_KEY_BYTES;
}
