import type { HistogramData, MetricsBucket } from '@philjs/jobs-core';

/** Holds the numbers of a bucket, each under its own name, so that buckets merge by addition. */
export type FlatBucket = { [name: string]: number };

const HISTOGRAMS = ['wait', 'run', 'lateness'] as const;

/** Flattens a bucket. */
export function flatten(bucket: MetricsBucket): FlatBucket {
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

/** Makes a bucket from its flat form. */
export function unflatten(minute: number, name: string, flat: FlatBucket): MetricsBucket {
  const counts = fieldsOf(flat, 'counts');
  const lateness = histogramOf(flat, 'lateness');
  return {
    minute,
    name,
    counts,
    wait: histogramOf(flat, 'wait') ?? { buckets: {}, sum: 0 },
    run: histogramOf(flat, 'run') ?? { buckets: {}, sum: 0 },
    ...(lateness !== undefined && { lateness }),
  };
}

function histogramOf(flat: FlatBucket, name: string): HistogramData | undefined {
  const { sum, ...buckets } = fieldsOf(flat, name);
  return sum === undefined ? undefined : { buckets, sum };
}

function fieldsOf(flat: FlatBucket, part: string): { [name: string]: number } {
  const fields = Object.entries(flat).filter(([name]) => name.startsWith(`${part} `));
  return Object.fromEntries(fields.map(([name, value]) => [name.slice(part.length + 1), value]));
}
