import type { JobLimits } from '@philjs/jobs-core/backend';

/** Returns whether two limits are equal. */
export function isSameLimits(a: JobLimits, b: JobLimits = {}): boolean {
  return (
    a.concurrency === b.concurrency &&
    a.concurrencyPerKey === b.concurrencyPerKey &&
    a.rate?.max === b.rate?.max &&
    a.rate?.per === b.rate?.per
  );
}
