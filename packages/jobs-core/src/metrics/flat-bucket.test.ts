import { expect, test } from 'vitest';
import type { MetricsBucket } from '../contract/metrics-store.ts';
import { flattenBucket, unflattenBucket } from './flat-bucket.ts';

const BUCKET: MetricsBucket = {
  ...{ minute: 60_000, name: 'send mail' },
  counts: { completed: 2, failed: 1 },
  wait: { sum: 0, buckets: { '0': 2 } },
  run: { sum: 12.5, buckets: { '10': 1, '355': 2 } },
};

test('makes the same bucket of its numbers', () => {
  for (const bucket of [BUCKET, { ...BUCKET, lateness: { sum: 3, buckets: { '7': 1 } } }]) {
    expect(unflattenBucket(60_000, 'send mail', flattenBucket(bucket))).toEqual(bucket);
  }
});

test('takes numbers that are absent for 0', () => {
  const numbers = Object.entries(flattenBucket(BUCKET)).filter(([, number]) => number !== 0);
  expect(unflattenBucket(60_000, 'send mail', Object.fromEntries(numbers))).toEqual(BUCKET);
});
