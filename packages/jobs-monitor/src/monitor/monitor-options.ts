import { checkDuration, checkInteger, checkOptions, MAX_TIMEOUT_MS } from '@philjs/jobs-core';
import { type HealthThresholds, resolveThresholds } from './health-thresholds.ts';
import type { SystemHealth } from './system-health.ts';

/** The options of a {@link Monitor}. */
export interface MonitorOptions {
  /** How often a running monitor notes how many jobs there are, in milliseconds. @default 60_000 */
  readonly metricsInterval?: number | undefined;
  /** How many such notes it keeps, and how many points its history has: 1 to 1,440. @default 100 */
  readonly metricsHistorySize?: number | undefined;
  /** How often a running monitor checks the health, in milliseconds. @default 30_000 */
  readonly healthCheckInterval?: number | undefined;
  /** From where on something needs attention. */
  readonly healthThresholds?:
    | { readonly [K in keyof HealthThresholds]?: HealthThresholds[K] | undefined }
    | undefined;
  /** Is told by a running monitor when the status changes. @default a line of the first queue's logger */
  readonly onHealthChange?: ((health: SystemHealth) => void) | undefined;
}

/** What {@link resolveMonitorOptions} makes of {@link MonitorOptions}. */
export interface ResolvedMonitorOptions {
  readonly metricsInterval: number;
  readonly metricsHistorySize: number;
  readonly healthCheckInterval: number;
  readonly healthThresholds: HealthThresholds;
  readonly onHealthChange: ((health: SystemHealth) => void) | undefined;
}

const NAMES: readonly string[] = [
  'metricsInterval',
  'metricsHistorySize',
  'healthCheckInterval',
  'healthThresholds',
  'onHealthChange',
];

/**
 * Checks the options of a monitor and fills in the defaults.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function resolveMonitorOptions(options: MonitorOptions): ResolvedMonitorOptions {
  checkOptions('Monitor', options, NAMES);
  const {
    metricsInterval = 60_000,
    metricsHistorySize = 100,
    healthCheckInterval = 30_000,
  } = options;
  const interval = { min: 100, max: MAX_TIMEOUT_MS };
  return {
    metricsInterval: checkDuration('metricsInterval', metricsInterval, interval),
    metricsHistorySize: checkInteger('metricsHistorySize', metricsHistorySize, {
      min: 1,
      max: 1440,
    }),
    healthCheckInterval: checkDuration('healthCheckInterval', healthCheckInterval, interval),
    healthThresholds: resolveThresholds(options.healthThresholds),
    onHealthChange: options.onHealthChange,
  };
}
