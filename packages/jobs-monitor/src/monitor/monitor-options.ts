import {
  checkDuration,
  checkInteger,
  checkOptions,
  MAX_TIMEOUT_MS,
} from '@philjs/jobs-core/internal';
import { createRedactor, type RedactOption, type Redactor } from '@philjs/jobs-core/redact';
import { type AlertRule, type CheckedRule, checkAlerts } from '../alerts/alert-rule.ts';
import { type HealthThresholds, resolveThresholds } from './health-thresholds.ts';
import type { HealthChange } from './problem-watch.ts';
import type { SystemHealth } from './system-health.ts';

/** The options of a {@link Monitor}. */
export interface MonitorOptions {
  /** The time between two samples of the number of jobs, in milliseconds, of a running monitor. @default 60_000 */
  readonly metricsInterval?: number | undefined;
  /** How many samples it keeps, and how many points its history has: 1 to 1,440. @default 100 */
  readonly metricsHistorySize?: number | undefined;
  /** The time between two health checks, in milliseconds, of a running monitor. @default 30_000 */
  readonly healthCheckInterval?: number | undefined;
  /** The limits beyond which something needs attention. */
  readonly healthThresholds?:
    | { readonly [K in keyof HealthThresholds]?: HealthThresholds[K] | undefined }
    | undefined;
  /**
   * Is called by a running monitor for problems that come or go. It may be `async`: nothing waits for it, and what
   * it rejects with is logged. @default writes a line to the first queue's logger
   */
  readonly onHealthChange?: OnHealthChange | undefined;
  /** How long a problem must be gone before it is reported as gone, in milliseconds. @default 300_000 (5 minutes) */
  readonly healthHold?: number | undefined;
  /**
   * Sends the problems that come and go to webhooks, of a running monitor, once each, in the words of the health
   * sentence. @default none
   */
  readonly alerts?: readonly AlertRule[] | undefined;
  /** Fields to mask in messages and documents besides passwords and the like; `false` masks nothing. @default [] */
  readonly redact?: RedactOption | undefined;
}

/** Receives the problems that came and went, and the current health. */
export type OnHealthChange = (health: SystemHealth, change: HealthChange) => void;

/** Holds {@link MonitorOptions} after checks, with the defaults filled in. */
export interface ResolvedMonitorOptions {
  readonly metricsInterval: number;
  readonly metricsHistorySize: number;
  readonly healthCheckInterval: number;
  readonly healthThresholds: HealthThresholds;
  readonly onHealthChange: OnHealthChange | undefined;
  readonly healthHold: number;
  readonly alerts: readonly CheckedRule[];
  readonly redactor: Redactor;
}

const NAMES: readonly string[] = [
  'metricsInterval',
  'metricsHistorySize',
  'healthCheckInterval',
  'healthThresholds',
  'onHealthChange',
  'healthHold',
  'alerts',
  'redact',
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
    healthHold = 5 * 60_000,
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
    healthHold: checkDuration('healthHold', healthHold, { min: 0, max: MAX_TIMEOUT_MS }),
    alerts: checkAlerts(options.alerts),
    redactor: createRedactor(options.redact),
  };
}
