import type { JobMetrics } from '../metrics/job-metrics.ts';
import type { MetricsSnapshot } from './metrics-snapshot.ts';
import type { SystemHealth } from './system-health.ts';

/**
 * What `exportMetrics` writes as JSON. Times are ISO 8601, durations milliseconds. Fields are added
 * within a version; anything else makes a new one.
 */
export interface MetricsExport {
  /** Names the format. */
  readonly schema: 'philjs-jobs-metrics';
  /** The version of the format. */
  readonly version: 1;
  /** When it was written. */
  readonly exportedAt: Date;
  /** The figures of the last hour. */
  readonly currentMetrics: JobMetrics;
  /** Whether anything needs somebody. */
  readonly health: SystemHealth;
  /** Earlier figures, oldest first. */
  readonly history: readonly MetricsSnapshot[];
}
