import { checkInteger, checkOptions } from '@philjs/jobs-core/internal';

/**
 * Bounds what one client may ask for: all that has a token of one name, so that two secrets of it, while one is changed, are one
 * client.
 */
export interface RemoteLimits {
  /** The largest body of a request, in bytes. @default 8 MiB */
  readonly bodyBytes?: number | undefined;
  /** How many calls a minute. @default 60,000 */
  readonly callsPerMinute?: number | undefined;
  /** How many calls of it wait at once: for work, for the end of a job, for events. @default 1,000 */
  readonly waits?: number | undefined;
  /** How many calls of all clients together wait at once. @default 10,000 */
  readonly waitsInAll?: number | undefined;
}

/** Is a {@link RemoteLimits} with its defaults. */
export type CheckedLimits = { readonly [K in keyof RemoteLimits]-?: number };

/** Checks limits, and fills in the defaults. @throws JobsError `JOBS_INVALID_ARGUMENT` */
export function checkLimits(limits: RemoteLimits = {}): CheckedLimits {
  checkOptions('limits', limits, ['bodyBytes', 'callsPerMinute', 'waits', 'waitsInAll']);
  const { bodyBytes = 8 * 1024 * 1024, callsPerMinute = 60_000 } = limits;
  const { waits = 1000, waitsInAll = 10_000 } = limits;
  checkInteger('limits.bodyBytes', bodyBytes, { min: 1024, max: 2 ** 30 });
  checkInteger('limits.callsPerMinute', callsPerMinute, { min: 1, max: 1e9 });
  checkInteger('limits.waits', waits, { min: 1, max: 1e6 });
  checkInteger('limits.waitsInAll', waitsInAll, { min: 1, max: 1e6 });
  return { bodyBytes, callsPerMinute, waits, waitsInAll };
}
