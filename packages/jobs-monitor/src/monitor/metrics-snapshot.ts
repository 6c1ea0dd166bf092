import type { QueueStats } from '@philjs/jobs-core';
import type { WorkMetrics } from '../metrics/work-metrics.ts';

/** Holds the figures of one interval. */
export interface MetricsSnapshot {
  /** When the interval began. */
  readonly timestamp: Date;
  /** The work in this interval, over all queues. */
  readonly metrics: WorkMetrics;
  /** The number of jobs, if this monitor was running then: see `Monitor.start`. */
  readonly queueStats?: QueueStats;
}
