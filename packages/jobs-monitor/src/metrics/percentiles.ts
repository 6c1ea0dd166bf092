import type { Histogram } from '@philjs/jobs-core';

/** Describes many durations in milliseconds, each figure off by at most 1 %. */
export interface Percentiles {
  /** How many durations there were. */
  readonly count: number;
  /** Their mean, which is exact. */
  readonly mean: number;
  /** What half of them do not exceed. */
  readonly p50: number;
  /** What 95 in 100 of them do not exceed. */
  readonly p95: number;
  /** What 99 in 100 of them do not exceed. */
  readonly p99: number;
}

/** Reads percentiles from a histogram; `undefined` when it is empty. */
export function percentilesOf(histogram: Histogram): Percentiles | undefined {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((fraction) => histogram.quantile(fraction));
  if (p50 === undefined || p95 === undefined || p99 === undefined) return undefined;
  return { count: histogram.count, mean: histogram.sum / histogram.count, p50, p95, p99 };
}
