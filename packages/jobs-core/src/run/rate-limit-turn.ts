import type { JobRecord } from '../contract/job-record.ts';
import type { Outcome } from '../contract/outcome.ts';
import { isJobsError } from '../errors/jobs-error.ts';
import type { JobDefinition } from '../job/job-definition.ts';
import type { RateLimit } from '../job/job-options.ts';
import { limitKeysOf } from '../job/limit-keys.ts';
import type { RunContext } from './run-context.ts';
import type { RunServices } from './run-services.ts';

/** The delay of a job whose reservation could not be made. */
const UNKNOWN_TURN_MS = 1000;

interface RateLimitTurnParams {
  readonly services: RunServices;
  readonly job: JobRecord;
  readonly definition: JobDefinition;
  readonly context: RunContext;
  readonly rateLimit: RateLimit;
  readonly payload: unknown;
}

/** Makes or checks a job's reservation under its rate limit; returns the outcome if the job must wait. */
export async function rateLimitTurn(params: RateLimitTurnParams): Promise<Outcome | undefined> {
  const { services, job, context, rateLimit } = params;
  const { max, per } = rateLimit;
  const key = keyOf(params);
  try {
    const runAt = await context.reserve({ key, max, per });
    return runAt === undefined ? undefined : { type: 'snooze', reason: 'rate-limit', runAt };
  } catch (error) {
    if (!isJobsError(error, 'JOBS_BACKEND_UNAVAILABLE')) throw error;
    // An unavailable store is not the job's failure: it uses no attempt.
    services.reportError(error, { jobId: job.id, name: job.name });
    const runAt = services.clock.now() + UNKNOWN_TURN_MS;
    return { type: 'snooze', reason: 'released', runAt, delayMs: UNKNOWN_TURN_MS };
  }
}

function keyOf({ job, definition, payload }: RateLimitTurnParams): string {
  const key = job.rateKey ?? limitKeysOf(job.name, definition.options, payload).rateKey;
  return key === undefined ? `job:${job.name}` : `job:${job.name}:${key}`;
}
