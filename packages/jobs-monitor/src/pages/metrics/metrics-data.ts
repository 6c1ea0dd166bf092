import type { NameMetrics } from '../../metrics/queue-metrics.ts';
import type { AwayRow } from '../of-each.ts';

/** The spans a page can show: the length of each and of its points, in milliseconds. */
export const SPANS = {
  '1h': { windowMs: 3_600_000, stepMs: 60_000 },
  '24h': { windowMs: 86_400_000, stepMs: 900_000 },
} as const;

/** Names one of {@link SPANS}. */
export type Span = keyof typeof SPANS;

/** Lists the spans. */
export const SPAN_NAMES: readonly Span[] = Object.keys(SPANS) as Span[];

/** Holds columns of numbers for the charts, one value for each point in time; `null` where there is none. */
export interface MetricsSeries {
  /** When each point begins, in epoch seconds. */
  readonly at: readonly number[];
  readonly completed: readonly (number | null)[];
  readonly failed: readonly (number | null)[];
  readonly retried: readonly (number | null)[];
  readonly waitP50: readonly (number | null)[];
  readonly waitP95: readonly (number | null)[];
  readonly waitP99: readonly (number | null)[];
  /** How many jobs waited at the end of each point; `null` where no monitor ran. */
  readonly waiting: readonly (number | null)[];
  readonly delayed: readonly (number | null)[];
  readonly runP50: readonly (number | null)[];
  readonly runP95: readonly (number | null)[];
  readonly runP99: readonly (number | null)[];
}

/** Holds the data of the metrics page. */
export interface MetricsData {
  /** The queue; absent for all queues. */
  readonly queue?: string;
  /** The name of the jobs; absent for all jobs. */
  readonly name?: string;
  /** Whether jobs of that name are paused; absent where that is not known. */
  readonly paused?: boolean;
  readonly span: Span;
  /** The queues whose store is away. */
  readonly away: readonly AwayRow[];
  readonly measured: boolean;
  readonly series: MetricsSeries;
  /** The figures of the last hour, by job. */
  readonly jobs: readonly (NameMetrics & { readonly queue: string })[];
}
