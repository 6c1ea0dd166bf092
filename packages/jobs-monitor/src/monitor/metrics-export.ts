import type { JobMetrics } from '../metrics/job-metrics.ts';
import type { MetricsSnapshot } from './metrics-snapshot.ts';
import type { SystemHealth } from './system-health.ts';

/**
 * Describes the JSON of `exportMetrics`. Times are ISO 8601, durations milliseconds. New fields keep the
 * version; any other change makes a new version.
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
  /** The health, with all problems. */
  readonly health: SystemHealth;
  /** Earlier figures, oldest first. */
  readonly history: readonly MetricsSnapshot[];
}
