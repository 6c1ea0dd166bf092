import type { JobLimits } from '../contract/job-limits.ts';
import type { Concurrency, JobOptions, KeyedConcurrency } from './job-options.ts';

type LimitOptions = Pick<JobOptions<never, never>, 'concurrency' | 'rateLimit'>;

/** Computes the limits that the options of a definition set; none for a definition without limits. */
export function limitsOf({ concurrency, rateLimit }: LimitOptions): JobLimits | undefined {
  if (concurrency === undefined && rateLimit === undefined) return undefined;
  const ofName = concurrencyOfName(concurrency);
  const perKey = keyedConcurrency(concurrency)?.max;
  return {
    ...(ofName !== undefined && { concurrency: ofName }),
    ...(perKey !== undefined && { concurrencyPerKey: perKey }),
    ...(rateLimit !== undefined && { rate: { max: rateLimit.max, per: rateLimit.per } }),
  };
}

/** Returns how many jobs of the name may run at once, if that is limited. */
export function concurrencyOfName(option: Concurrency<never> | undefined): number | undefined {
  return typeof option === 'object' ? (isBoth(option) ? option[0] : undefined) : option;
}

/** Returns how many jobs of one key may run at once, if that is limited. */
export function keyedConcurrency<TPayload>(
  option: Concurrency<TPayload> | undefined,
): KeyedConcurrency<TPayload> | undefined {
  return typeof option === 'object' ? (isBoth(option) ? option[1] : option) : undefined;
}

function isBoth<TPayload>(
  option: Extract<Concurrency<TPayload>, object>,
): option is Extract<Concurrency<TPayload>, readonly unknown[]> {
  return Array.isArray(option);
}
