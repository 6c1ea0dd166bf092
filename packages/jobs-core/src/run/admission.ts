import type { JobRecord } from '../contract/job-record.ts';
import type { Outcome } from '../contract/outcome.ts';
import { cancelledError } from '../errors/error-factories.ts';
import { JobsError } from '../errors/jobs-error.ts';
import { serializeError } from '../errors/serialize-error.ts';
import type { JobDefinition } from '../job/job-definition.ts';
import { delayByAge } from './delay-by-age.ts';

/**
 * Decides, without reading the payload, whether this worker runs the job at all. Returns the outcome if it does not,
 * with the error if that is final.
 */
export function refusalOf(
  job: JobRecord,
  definition: JobDefinition | undefined,
  now: number,
): { outcome: Outcome; error?: JobsError } | undefined {
  if (job.cancelRequested) {
    return endedUnstarted(job, 'cancel', cancelledError(job.id, job.cancelRequested.reason));
  }
  if (hasExpired(job, now)) {
    // Not how long it waited: a time that a limit gave it tells nothing of when it was to begin.
    const late = now - (job.expiresAt ?? now);
    const message = `The job still waited when its \`expiresIn\` ended, ${late} ms before its turn came.`;
    return endedUnstarted(job, 'fail', new JobsError('JOBS_EXPIRED', message));
  }
  if (definition === undefined) return leaveAlone(job, 'unknown-job', now);
  if (job.version > (definition.options.version ?? 1)) {
    return leaveAlone(job, 'unknown-version', now);
  }
  return undefined;
}

/**
 * Returns whether a job outlived its `expiresIn` before its handler ever ran. One that was moved to a time behind the end
 * of it, by hand, does not expire: it has not waited since it became ready.
 */
export function hasExpired(job: JobRecord, now: number): boolean {
  const { expiresAt, attemptsMade, stalledCount, snoozeReason } = job;
  if (expiresAt === undefined || now < expiresAt) return false;
  if (snoozeReason === undefined && expiresAt <= job.runAt) return false;
  const ran = ['snoozed', 'released', 'children', 'step', 'signal'];
  const everRan = snoozeReason !== undefined && ran.includes(snoozeReason);
  return attemptsMade === 0 && stalledCount === 0 && !everRan;
}

function endedUnstarted(
  job: JobRecord,
  type: 'fail' | 'cancel',
  error: JobsError,
): { outcome: Outcome; error: JobsError } {
  const { failures = [] } = job;
  const outcome = {
    type,
    error: serializeError(error),
    failures,
    attemptUsed: false,
  } as const;
  return { outcome, error };
}

/**
 * Puts a job back for a worker that knows it; the delay grows with its age, so that it is not fetched again and
 * again.
 */
export function leaveAlone(
  job: Pick<JobRecord, 'createdAt'>,
  reason: 'unknown-job' | 'unknown-version',
  now: number,
): { outcome: Outcome & { readonly type: 'snooze' } } {
  const delayMs = delayByAge(job, now);
  return { outcome: { type: 'snooze', reason, runAt: now + delayMs, delayMs } };
}
