import { invalidArgument } from '../check/argument.ts';
import { isThenable } from '../check/is-thenable.ts';
import {
  limitOwner,
  type OnKeyFailure,
  SHARED_MARK,
  sharedKey,
  sharedOwner,
  strictKey,
  strictOf,
} from '../contract/limit-owner.ts';
import { JobsError } from '../errors/jobs-error.ts';
import { utf8Bytes } from '../json/utf8-bytes.ts';
import { isShared, keyedConcurrency, type LimitOptions } from './limits-of.ts';

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

/** A limit that counts by a key, or that other types of jobs share. */
interface CountedLimit {
  readonly field: string;
  /** The shared limit's name. */
  readonly limit: string | undefined;
  readonly key: ((payload: never) => string) | undefined;
  /** Says what a job of a strict key does when it fails; absent for other keys. */
  readonly strict?: OnKeyFailure | undefined;
}

/** Returns whether jobs with such limits have keys that these count by. */
export function hasLimitKeys(limits: LimitOptions): boolean {
  return concurrencyOf(limits) !== undefined || rateOf(limits) !== undefined;
}

/** Returns whether the keys of jobs with such limits are made from their payloads. */
export function hasKeyFunction(limits: LimitOptions): boolean {
  return (concurrencyOf(limits)?.key ?? rateOf(limits)?.key) !== undefined;
}

/**
 * Returns whether a job was stored without a key that its definition has, or with one of a limit that others share or
 * shared, by a producer that did not know the definition as it is.
 */
export function lacksLimitKeys(name: string, limits: LimitOptions, job: LimitKeys): boolean {
  return (
    lacksKey(name, concurrencyOf(limits), job.concurrencyKey) ||
    lacksKey(name, rateOf(limits), job.rateKey)
  );
}

/**
 * Computes the keys of a job from its payload as the handler will get it.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` when a key function throws, or returns anything but a string
 * of 1 to 256 bytes
 */
export function limitKeysOf(name: string, limits: LimitOptions, payload: unknown): LimitKeys {
  const ofConcurrency = concurrencyOf(limits);
  const ofRate = rateOf(limits);
  if (ofConcurrency === undefined && ofRate === undefined) return NO_KEYS;
  return {
    ...(ofConcurrency !== undefined && {
      concurrencyKey: keyOf(ofConcurrency, name, payload),
    }),
    ...(ofRate !== undefined && { rateKey: keyOf(ofRate, name, payload) }),
  };
}

function concurrencyOf({ concurrency }: LimitOptions): CountedLimit | undefined {
  const byKey = keyedConcurrency(concurrency);
  if (byKey === undefined) return undefined;
  return {
    field: 'concurrency.key',
    limit: isShared(byKey) ? byKey.name : undefined,
    key: byKey.key,
    strict: byKey.strict === true ? (byKey.onFailure ?? 'continue') : undefined,
  };
}

function rateOf({ rateLimit }: LimitOptions): CountedLimit | undefined {
  if (rateLimit === undefined) return undefined;
  const limit = isShared(rateLimit) ? rateLimit.name : undefined;
  if (limit === undefined && rateLimit.key === undefined) return undefined;
  return { field: 'rateLimit.key', limit, key: rateLimit.key };
}

function lacksKey(
  name: string,
  counted: CountedLimit | undefined,
  key: string | undefined,
): boolean {
  if (counted === undefined) return false;
  const owner = counted.limit === undefined ? name : sharedOwner(counted.limit);
  if (key === undefined || limitOwner(name, key) !== owner) return true;
  return strictOf(key) !== counted.strict;
}

function keyOf(
  { field, limit, key: ask, strict }: CountedLimit,
  name: string,
  payload: unknown,
): string {
  const key = ask && askForKey(field, ask, name, payload);
  const stored = (of?: string): string => {
    const owned = limit === undefined ? (of as string) : sharedKey(limit, of);
    return strict === undefined ? owned : strictKey(owned, strict);
  };
  if (isShort(stored(key))) return stored(key);
  const most = MAX_KEY_BYTES - utf8Bytes(stored(''));
  throw invalidArgument(field, `a function that returns 1 to ${most} bytes of text`, key);
}

function askForKey(
  field: string,
  ask: (payload: never) => unknown,
  name: string,
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
  if (typeof key === 'string' && key !== '' && isShort(key) && !isMarked(key)) {
    return key;
  }
  throw invalidArgument(field, `a function that returns 1 to ${MAX_KEY_BYTES} bytes of text`, key);
}

/** Returns whether a store would take a key for one of core's own making. */
function isMarked(key: string): boolean {
  return key.startsWith(SHARED_MARK) || strictOf(key) !== undefined;
}

function isShort(key: string): boolean {
  if (key.length * 3 <= MAX_KEY_BYTES) return true;
  return key.length <= MAX_KEY_BYTES && utf8Bytes(key) <= MAX_KEY_BYTES;
}
