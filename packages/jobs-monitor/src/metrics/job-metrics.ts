import type { QueueMetrics, QueueReading } from './queue-metrics.ts';
import { type WorkMetrics, workMetrics } from './work-metrics.ts';

/** Says how all monitored queues are doing together, and each of them. */
export interface JobMetrics extends WorkMetrics {
  /** When the figures were read. */
  readonly timestamp: Date;
  /** The length of the span that the figures cover, in milliseconds. */
  readonly windowMs: number;
  /** How many jobs are stored. */
  readonly totalJobs: number;
  /** How many completed jobs are still kept; {@link WorkMetrics.completed} counts those of the window. */
  readonly completedJobs: number;
  /** How many failed jobs are still kept. */
  readonly failedJobs: number;
  /** How many jobs run. */
  readonly activeJobs: number;
  /** How many jobs are ready to run. */
  readonly waitingJobs: number;
  /** How many jobs are waiting for their due time. */
  readonly delayedJobs: number;
  /** How many jobs are waiting for other jobs. */
  readonly blockedJobs: number;
  /** The metrics of each queue, in the order given to the monitor, without queues whose store is away. */
  readonly queues: readonly QueueMetrics[];
}

/** Combines the readings of all queues. */
export function jobMetrics(
  readings: readonly QueueReading[],
  now: number,
  windowMs: number,
): JobMetrics {
  const queues = readings.map(({ metrics }) => metrics);
  const sum = (key: keyof QueueMetrics['stats']): number =>
    queues.reduce((total, { stats }) => total + stats[key], 0);
  return {
    timestamp: new Date(now),
    windowMs,
    totalJobs: sum('total'),
    completedJobs: sum('completed'),
    failedJobs: sum('failed'),
    activeJobs: sum('active'),
    waitingJobs: sum('waiting'),
    delayedJobs: sum('delayed'),
    blockedJobs: sum('blocked'),
    ...workMetrics(
      readings.flatMap(({ buckets }) => buckets),
      now,
    ),
    queues,
  };
}
