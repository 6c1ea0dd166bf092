import type { IQueue } from '@philjs/jobs-core';
import type { MetricsBucket } from '@philjs/jobs-core/backend';

/** The length of a bucket in milliseconds. */
export const MINUTE_MS = 60_000;

/** Reads the measurements of a queue since `from`; returns none when its backend keeps none. */
export async function readBuckets(
  { backend, clock }: IQueue,
  from: number,
): Promise<readonly MetricsBucket[]> {
  if (backend.metrics === undefined) return [];
  const start = Math.floor(from / MINUTE_MS) * MINUTE_MS;
  // Another process's clock may be a little ahead.
  return backend.metrics.read({ from: start, to: clock.now() + 5 * MINUTE_MS });
}
