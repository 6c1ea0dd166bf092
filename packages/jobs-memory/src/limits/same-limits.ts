import type { JobLimits } from '@philjs/jobs-core/backend';

/** Tells whether two limits allow the same. */
export function isSameLimits(a: JobLimits, b: JobLimits = {}): boolean {
  return (
    a.concurrency === b.concurrency &&
    a.concurrencyPerKey === b.concurrencyPerKey &&
    a.rate?.max === b.rate?.max &&
    a.rate?.per === b.rate?.per
  );
}
