import type { MetricsBucket } from '../contract/metrics-store.ts';
import type { HistogramData } from './histogram.ts';

/** Holds the numbers of a bucket, each under its own name, so that buckets merge by addition. */
export type FlatBucket = { [name: string]: number };

const HISTOGRAMS = ['wait', 'run', 'lateness'] as const;

/** Lists the numbers of a bucket, each under a name of its own: a store merges buckets when it adds those of one name. */
export function flattenBucket(bucket: MetricsBucket): FlatBucket {
  const flat: FlatBucket = {};
  for (const [counter, count] of Object.entries(bucket.counts))
    flat[`counts ${counter}`] = count ?? 0;
  for (const name of HISTOGRAMS) {
    const data = bucket[name];
    if (data === undefined) continue;
    flat[`${name} sum`] = data.sum;
    for (const [index, count] of Object.entries(data.buckets)) flat[`${name} ${index}`] = count;
  }
  return flat;
}

/** Makes a bucket of the numbers that {@link flattenBucket} listed; those that are 0 may be absent. */
export function unflattenBucket(minute: number, name: string, flat: FlatBucket): MetricsBucket {
  const parts: { [part: string]: FlatBucket } = {};
  for (const [field, number] of Object.entries(flat)) {
    const [part = '', what = ''] = field.split(' ');
    parts[part] ??= {};
    parts[part][what] = number;
  }
  const { counts = {}, wait, run, lateness } = parts;
  return {
    ...{ minute, name, counts, wait: histogramOf(wait), run: histogramOf(run) },
    ...(lateness !== undefined && { lateness: histogramOf(lateness) }),
  };
}

function histogramOf({ sum = 0, ...buckets }: FlatBucket = {}): HistogramData {
  return { sum, buckets };
}
