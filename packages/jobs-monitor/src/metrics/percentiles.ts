import type { Histogram } from '@philjs/jobs-core/backend';

/** Describes many durations in milliseconds, each figure off by at most 1 %. */
export interface Percentiles {
  /** How many durations there were. */
  readonly count: number;
  /** Their mean, which is exact. */
  readonly mean: number;
  /** The median: half of them are no longer. */
  readonly p50: number;
  /** The 95th percentile: 95 in 100 are no longer. */
  readonly p95: number;
  /** The 99th percentile: 99 in 100 are no longer. */
  readonly p99: number;
}

/** Computes percentiles from a histogram; returns `undefined` when it is empty. */
export function percentilesOf(histogram: Histogram): Percentiles | undefined {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((fraction) => histogram.quantile(fraction));
  if (p50 === undefined || p95 === undefined || p99 === undefined) return undefined;
  return { count: histogram.count, mean: histogram.sum / histogram.count, p50, p95, p99 };
}
