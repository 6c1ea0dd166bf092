import { checkDuration, checkInteger, checkOptions, MAX_TIMEOUT_MS } from '../check/argument.ts';
import type { LimitOverride, StoredLimits } from '../contract/limit-store.ts';
import { LIMIT_RANGE } from '../job/check-limits.ts';

/**
 * Overrides limits of the definition by `setLimits`. `null` is no limit; a limit that is not given stays as the
 * definition says. The definition's `key` functions still decide which key a limit counts by.
 */
export interface LimitSettings {
  /** How many of the jobs may run at once, over all workers together. 1 to 100,000. */
  readonly concurrency?: number | null | undefined;
  /** How many of the jobs with the same key may run at once. 1 to 100,000. */
  readonly concurrencyPerKey?: number | null | undefined;
  /** How many of the jobs, or of those with the same key, may start in any window of `per` milliseconds. */
  readonly rateLimit?: { readonly max: number; readonly per: number } | null | undefined;
}

/** Names a limit that jobs share. */
export interface SharedLimitRef {
  /** The limit's `name`. */
  readonly limit: string;
}

const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['rate', 'rateLimit'],
  ['limiter', 'rateLimit'],
  ['max', 'concurrency'],
  ['perkey', 'concurrencyPerKey'],
]);

/**
 * Checks the override, and turns it into the store's form. That of a shared limit has one `concurrency`; all its jobs have a
 * key for the store.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function toOverride(settings: LimitSettings, isShared = false): LimitOverride {
  if (isShared) return sharedOverride(settings);
  const known = ['concurrency', 'concurrencyPerKey', 'rateLimit'];
  checkOptions('limits', settings, known, SYNONYMS);
  const { concurrency, concurrencyPerKey, rateLimit } = settings;
  checkMax('limits.concurrency', concurrency);
  checkMax('limits.concurrencyPerKey', concurrencyPerKey);
  return {
    ...(concurrency !== undefined && { concurrency }),
    ...(concurrencyPerKey !== undefined && { concurrencyPerKey }),
    ...(rateLimit !== undefined && { rate: rateLimit === null ? null : checkRate(rateLimit) }),
  };
}

function sharedOverride(settings: LimitSettings): LimitOverride {
  checkOptions('limits', settings, ['concurrency', 'rateLimit'], SYNONYMS);
  const { concurrency: concurrencyPerKey, rateLimit } = settings;
  return toOverride({ concurrencyPerKey, rateLimit });
}

/** Shows the stored limits of a shared limit as its definitions say them. */
export function sharedView({ limits, published, override, ...stored }: StoredLimits): StoredLimits {
  const view = <T extends LimitOverride>({ concurrencyPerKey, ...rest }: T): T =>
    ({ ...rest, ...(concurrencyPerKey !== undefined && { concurrency: concurrencyPerKey }) }) as T;
  return {
    ...stored,
    limits: view(limits),
    ...(published !== undefined && { published: view(published) }),
    ...(override !== undefined && { override: view(override) }),
  };
}

function checkMax(field: string, value: number | null | undefined): void {
  if (value !== undefined && value !== null) checkInteger(field, value, LIMIT_RANGE);
}

function checkRate(limit: unknown): { max: number; per: number } {
  const { max, per } = checkOptions('limits.rateLimit', limit, ['max', 'per']);
  return {
    max: checkInteger('limits.rateLimit.max', max, LIMIT_RANGE),
    per: checkDuration('limits.rateLimit.per', per, { min: 1, max: MAX_TIMEOUT_MS }),
  };
}
