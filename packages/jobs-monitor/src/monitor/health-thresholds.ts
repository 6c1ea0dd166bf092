import { invalidArgument } from '@philjs/jobs-core/backend';
import { checkDuration, checkInteger, checkOptions } from '@philjs/jobs-core/internal';

/** Sets the limits beyond which something needs attention. A threshold of `Infinity` is never reached. */
export interface HealthThresholds {
  /** The number of waiting jobs in a queue that gives a warning. @default 1_000 */
  readonly queueDepthWarning: number;
  /** The number of waiting jobs in a queue that is critical. @default 10_000 */
  readonly queueDepthCritical: number;
  /** How long the job that starts next may have been ready, in milliseconds. @default 300_000 (5 minutes) */
  readonly waitWarning: number;
  /** The length of such a wait that is critical, in milliseconds. @default 1_800_000 (30 minutes) */
  readonly waitCritical: number;
  /** The share of failed among finished jobs, 0 to 1, that gives a warning. @default 0.1 */
  readonly errorRateWarning: number;
  /** The share of failed among finished jobs that is critical. @default 0.25 */
  readonly errorRateCritical: number;
  /** How many jobs must have finished before the error rate is judged. @default 10 */
  readonly errorRateMinimum: number;
  /** Failed jobs of a queue, not retried, removed or acknowledged, that give a warning. @default 1 */
  readonly failedWarning: number;
  /** The number of such failed jobs that is critical. @default Infinity (never) */
  readonly failedCritical: number;
  /** Finished jobs per minute below which a queue with waiting jobs is slow. @default 0 (never) */
  readonly processingRateWarning: number;
  /** The number of stalled jobs in the window that gives a warning. @default 1 */
  readonly stalledWarning: number;
  /** How late a schedule may be, in milliseconds. @default 60_000 */
  readonly latenessWarning: number;
  /** The lateness of a schedule that is critical, in milliseconds. @default 900_000 (15 minutes) */
  readonly latenessCritical: number;
}

const DEFAULTS: HealthThresholds = {
  queueDepthWarning: 1000,
  queueDepthCritical: 10_000,
  waitWarning: 5 * 60_000,
  waitCritical: 30 * 60_000,
  errorRateWarning: 0.1,
  errorRateCritical: 0.25,
  errorRateMinimum: 10,
  failedWarning: 1,
  failedCritical: Number.POSITIVE_INFINITY,
  processingRateWarning: 0,
  stalledWarning: 1,
  latenessWarning: 60_000,
  latenessCritical: 15 * 60_000,
};

const RATES: readonly string[] = ['errorRateWarning', 'errorRateCritical'];
const WHOLE: readonly string[] = [
  'errorRateMinimum',
  'failedWarning',
  'failedCritical',
  'stalledWarning',
];

/**
 * Checks thresholds and fills in the defaults.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function resolveThresholds(
  given: { readonly [K in keyof HealthThresholds]?: HealthThresholds[K] | undefined } = {},
): HealthThresholds {
  checkOptions('healthThresholds', given, Object.keys(DEFAULTS));
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  for (const [name, value] of set) checkThreshold(`healthThresholds.${name}`, name, value);
  return { ...DEFAULTS, ...Object.fromEntries(set) };
}

function checkThreshold(field: string, name: string, value: unknown): void {
  if (value === Number.POSITIVE_INFINITY) return;
  if (RATES.includes(name)) {
    if (typeof value === 'number' && value >= 0 && value <= 1) return;
    throw invalidArgument(field, 'a share from 0 to 1', value, 'A tenth is `0.1`.');
  }
  const range = { min: 0, max: Number.MAX_SAFE_INTEGER };
  if (WHOLE.includes(name)) checkInteger(field, value, range);
  else checkDuration(field, value, range);
}
