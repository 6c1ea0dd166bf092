import type { JobLimits } from '../contract/job-limits.ts';
import { sharedOwner } from '../contract/limit-owner.ts';
import type {
  Concurrency,
  JobOptions,
  KeyedConcurrency,
  RateLimit,
  SharedConcurrency,
  SharedRateLimit,
} from './job-options.ts';

/** Holds the options of a definition that limit its jobs. */
export type LimitOptions = Pick<JobOptions<never, never>, 'concurrency' | 'rateLimit'>;

/** Holds the limits that all jobs of a queue share, unless their definitions have others. */
export interface LimitDefaults {
  /** How many of them may run at once. A definition's number counts beside it; its limit by key replaces it. */
  readonly concurrency?: SharedConcurrency | undefined;
  /** How often they may start. */
  readonly rateLimit?: SharedRateLimit | undefined;
}

type ByKey<TPayload> = KeyedConcurrency<TPayload> | SharedConcurrency<TPayload>;

/** Returns the limits of a definition in a queue with defaults. */
export function withDefaults(options: LimitOptions, defaults: LimitDefaults): LimitOptions {
  const { concurrency = defaults.concurrency, rateLimit = defaults.rateLimit } = options;
  const isBeside = typeof concurrency === 'number' && defaults.concurrency !== undefined;
  return {
    concurrency: isBeside ? [concurrency, defaults.concurrency] : concurrency,
    rateLimit,
  };
}

/**
 * Computes the limits that the options of a definition set for jobs of its name; none for a definition without limits. Where
 * it has only limits that it shares, they are empty: stores keep its jobs apart for those, too.
 */
export function limitsOf({ concurrency, rateLimit }: LimitOptions): JobLimits | undefined {
  if (concurrency === undefined && rateLimit === undefined) return undefined;
  const ofName = concurrencyOfName(concurrency);
  const byKey = keyedConcurrency(concurrency);
  return {
    ...(ofName !== undefined && { concurrency: ofName }),
    ...(byKey !== undefined && !isShared(byKey) && { concurrencyPerKey: byKey.max }),
    ...(rateLimit !== undefined && !isShared(rateLimit) && { rate: rateOf(rateLimit) }),
  };
}

/** Computes the shared limits of a definition, by the names that stores keep them by. */
export function sharedLimitsOf({
  concurrency,
  rateLimit,
}: LimitOptions): readonly (readonly [owner: string, limits: JobLimits])[] {
  const byKey = keyedConcurrency(concurrency);
  const found: [string, JobLimits][] = [];
  if (byKey !== undefined && isShared(byKey)) {
    found.push([sharedOwner(byKey.name), { concurrencyPerKey: byKey.max }]);
  }
  if (rateLimit !== undefined && isShared(rateLimit)) {
    found.push([sharedOwner(rateLimit.name), { rate: rateOf(rateLimit) }]);
  }
  return found;
}

/** Returns whether other jobs of the queue count by a limit, too. */
export function isShared<TPayload>(
  limit: ByKey<TPayload> | RateLimit<TPayload> | SharedRateLimit<TPayload>,
): limit is (SharedConcurrency<TPayload> | SharedRateLimit<TPayload>) & typeof limit {
  return limit.scope === 'queue';
}

/** Returns how many jobs of the name may run at once, if that is limited. */
export function concurrencyOfName(option: Concurrency<never> | undefined): number | undefined {
  return typeof option === 'object' ? (isBoth(option) ? option[0] : undefined) : option;
}

/** Returns how many jobs of one key, or of those that share a limit, may run at once, if that is limited. */
export function keyedConcurrency<TPayload>(
  option: Concurrency<TPayload> | undefined,
): ByKey<TPayload> | undefined {
  return typeof option === 'object' ? (isBoth(option) ? option[1] : option) : undefined;
}

function rateOf({
  max,
  per,
}: {
  readonly max: number;
  readonly per: number;
}): NonNullable<JobLimits['rate']> {
  return { max, per };
}

function isBoth<TPayload>(
  option: Extract<Concurrency<TPayload>, object>,
): option is Extract<Concurrency<TPayload>, readonly unknown[]> {
  return Array.isArray(option);
}
