import { JobsError } from '../errors/jobs-error.ts';
import { serializeError } from '../errors/serialize-error.ts';
import { addFailure } from '../run/add-failure.ts';
import type { HeldLease } from './held-lease.ts';
import type { EndedOutcome } from './lease-store.ts';

/** Makes the outcome of a run whose own outcome the store refused. */
export function failureOfRefused(
  { job, outcome }: HeldLease,
  cause: unknown,
  now: number,
): EndedOutcome {
  const { id, attemptsMade, processedAt: startedAt = now, failures = [] } = job;
  const error = serializeError(
    new JobsError(
      'JOBS_OUTCOME_REFUSED',
      `The store refused to record the outcome \`${outcome?.type}\` of job \`${id}\`. ` +
        'Look at the cause: the store may be full, or the result too large for it.',
      { cause, details: { jobId: id } },
    ),
  );
  const attemptUsed = outcome?.type !== 'snooze';
  if (!attemptUsed) return { type: 'fail', error, failures, attemptUsed };
  const failure = { attempt: attemptsMade + 1, startedAt, failedAt: now, error };
  return { type: 'fail', error, failures: addFailure(failures, failure), attemptUsed };
}
