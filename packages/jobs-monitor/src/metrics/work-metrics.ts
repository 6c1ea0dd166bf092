import type { MetricsBucket } from '@philjs/jobs-core/backend';
import { type Percentiles, percentilesOf } from './percentiles.ts';
import { Tally } from './tally.ts';
import { type TickMetrics, tickMetrics } from './tick-metrics.ts';

const MINUTE_MS = 60_000;

/** Says what workers did in a span of time. */
export interface WorkMetrics {
  /** How many jobs completed. */
  readonly completed: number;
  /** How many jobs failed for good. */
  readonly failed: number;
  /** How many jobs were cancelled, before they started or while they ran. */
  readonly cancelled: number;
  /** How many attempts failed with another to follow. */
  readonly retried: number;
  /** How many runs were put back without using an attempt. */
  readonly snoozed: number;
  /** How often a job lost its worker. */
  readonly stalled: number;
  /** Jobs completed or failed per minute, over the part of the span for which there are figures. */
  readonly throughput: number;
  /** The share of completed among completed and failed jobs, 0 to 1; 0 when there are none. */
  readonly successRate: number;
  /** The share of failed among completed and failed jobs, 0 to 1; 0 when there are none. */
  readonly failureRate: number;
  /** How long an attempt ran on average, in milliseconds; 0 when there was none. */
  readonly averageProcessingTime: number;
  /** How long jobs waited from when they were ready until they started, in milliseconds. */
  readonly wait?: Percentiles;
  /** How long attempts ran, in milliseconds. */
  readonly run?: Percentiles;
  /** How late schedules fired, in milliseconds. */
  readonly lateness?: Percentiles;
  /** The outcomes of the ticks of schedules; absent when there were none. */
  readonly ticks?: TickMetrics;
}

/** Sums up buckets; the last one may still grow at `now`. */
export function workMetrics(buckets: readonly MetricsBucket[], now: number): WorkMetrics {
  const tally = Tally.of(buckets);
  const completed = tally.count('completed');
  const failed = tally.count('failed');
  const finished = completed + failed;
  const [wait, run, lateness] = [tally.wait, tally.run, tally.lateness].map(percentilesOf);
  return {
    completed,
    failed,
    cancelled: tally.count('cancelled'),
    retried: tally.count('retried'),
    snoozed: tally.count('snoozed'),
    stalled: tally.count('stalled'),
    throughput: finished / minutesOf(buckets, now),
    successRate: finished === 0 ? 0 : completed / finished,
    failureRate: finished === 0 ? 0 : failed / finished,
    averageProcessingTime: run?.mean ?? 0,
    ...(wait && { wait }),
    ...(run && { run }),
    ...(lateness && { lateness }),
    ...ticksOf(tally),
  };
}

function ticksOf(tally: Tally): { readonly ticks?: TickMetrics } {
  const ticks = tickMetrics(tally);
  return ticks === undefined ? {} : { ticks };
}

/** Returns how many minutes the buckets cover, so that a system that just started does not look slow. */
function minutesOf(buckets: readonly MetricsBucket[], now: number): number {
  const first = buckets.reduce((least, { minute }) => Math.min(least, minute), now);
  return Math.max(1, (now - first) / MINUTE_MS);
}
