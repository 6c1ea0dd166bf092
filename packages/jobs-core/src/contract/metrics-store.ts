import type { HistogramData } from '../metrics/histogram.ts';

/** Names a counter, kept per job name and minute. */
export type MetricsCounter =
  | 'completed'
  | 'failed'
  | 'retried'
  | 'snoozed'
  | 'stalled'
  | 'cancelled'
  | TickCounter;

/**
 * Names a counter of the ticks of schedules, kept by schedulers. A missed tick was found more than ten seconds late;
 * it was then fired or skipped, and counts as that too.
 */
export type TickCounter =
  | 'ticksFired'
  | 'ticksMissed'
  | 'ticksSkippedOverlap'
  | 'ticksSkippedCatchUp'
  | 'ticksSkippedPaused'
  | 'ticksSkippedDeduplicated'
  | 'ticksSkippedPayload';

/**
 * Holds the measurements of one worker, or of all together, for one job name in one minute. Buckets of the same name
 * and minute merge by adding.
 */
export interface MetricsBucket {
  /** The start of the minute in epoch milliseconds. */
  readonly minute: number;
  /** The name of the job's definition. */
  readonly name: string;
  /** How often each thing happened; an absent counter is 0. */
  readonly counts: { readonly [counter in MetricsCounter]?: number };
  /** How long jobs waited from when they were ready until they started, in milliseconds. */
  readonly wait: HistogramData;
  /** How long attempts ran, in milliseconds. */
  readonly run: HistogramData;
  /** How late schedules fired, in milliseconds; only buckets written by schedulers have it. */
  readonly lateness?: HistogramData;
}

/** How long a store keeps measurements, in milliseconds: a day, and an hour so that no minute is missed at its edge. */
export const KEPT_METRICS_MS: number = 25 * 3_600_000;

/** Stores the measurements of workers, merged over processes, for at least 24 hours. */
export interface MetricsStore {
  /** Merges buckets into the stored ones by adding. Called about once a second by a busy worker. */
  record(params: { readonly buckets: readonly MetricsBucket[] }): Promise<void>;
  /** Reads the buckets with `from ≤ minute < to`, by minute and name. */
  read(params: { readonly from: number; readonly to: number }): Promise<readonly MetricsBucket[]>;
  /** Forgets everything recorded. */
  clear(): Promise<void>;
}
