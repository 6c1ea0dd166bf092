import type { QueueStats } from '@philjs/jobs-core';
import type { WorkMetrics } from '../metrics/work-metrics.ts';

/** Holds the figures of one interval. */
export interface MetricsSnapshot {
  /** When the interval began. */
  readonly timestamp: Date;
  /** What workers did in it, over all queues. */
  readonly metrics: WorkMetrics;
  /** How many jobs there were, if this monitor ran then: see `Monitor.start`. */
  readonly queueStats?: QueueStats;
}
