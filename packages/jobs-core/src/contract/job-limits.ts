import type { LimitOverride } from './limit-store.ts';

/**
 * Says how many jobs of a name may be active at once, and how often they may start, over all workers together. An
 * absent part sets no limit.
 */
export interface JobLimits {
  /** The largest number of active jobs of the name. */
  readonly concurrency?: number;
  /**
   * The largest number of active jobs of the name with the same `concurrencyKey`. Jobs without a key are not limited.
   */
  readonly concurrencyPerKey?: number;
  /** How often jobs of the name with the same `rateKey` may start. Jobs without a key count together. */
  readonly rate?: {
    /** How many may start in any window of `per` milliseconds. */
    readonly max: number;
    /** The window in milliseconds. */
    readonly per: number;
  };
}

/** Returns the limits in force: those of the definition, with what an override says instead. */
export function mergeLimits(published: JobLimits = {}, override: LimitOverride = {}): JobLimits {
  const { concurrency = published.concurrency } = override;
  const { concurrencyPerKey = published.concurrencyPerKey, rate = published.rate } = override;
  return {
    ...(typeof concurrency === 'number' && { concurrency }),
    ...(typeof concurrencyPerKey === 'number' && { concurrencyPerKey }),
    ...(rate && { rate }),
  };
}

/** Returns whether two limits are equal. */
export function isSameLimits(a: JobLimits = {}, b: JobLimits = {}): boolean {
  return (
    a.concurrency === b.concurrency &&
    a.concurrencyPerKey === b.concurrencyPerKey &&
    a.rate?.max === b.rate?.max &&
    a.rate?.per === b.rate?.per
  );
}
