import { Histogram, type MetricsBucket } from '@philjs/jobs-core/backend';

/** Holds what a bucket of metrics counts. */
export type Measured = Omit<MetricsBucket, 'minute' | 'name'>;

/** Adds two buckets of one name and minute. */
export function addBuckets(one: Measured, other: Measured): Measured {
  const counts: Record<string, number> = { ...one.counts };
  for (const [counter, count] of Object.entries(other.counts)) {
    counts[counter] = (counts[counter] ?? 0) + count;
  }
  const lateness = [one.lateness, other.lateness].filter((data) => data !== undefined);
  return {
    counts,
    wait: Histogram.from(one.wait, other.wait).toData(),
    run: Histogram.from(one.run, other.run).toData(),
    ...(lateness.length > 0 && { lateness: Histogram.from(...lateness).toData() }),
  };
}
