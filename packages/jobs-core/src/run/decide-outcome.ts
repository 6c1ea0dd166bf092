import type { JobRecord } from '../contract/job-record.ts';
import type { Outcome } from '../contract/outcome.ts';
import { isJobsError } from '../errors/jobs-error.ts';
import { serializeError } from '../errors/serialize-error.ts';
import { backoffDelay, DEFAULT_BACKOFF } from '../job/backoff.ts';
import type { JobDefinition } from '../job/job-definition.ts';
import type { RunContext } from './run-context.ts';
import type { RunControl } from './run-control.ts';
import type { RunServices } from './run-services.ts';

/** Says which run failed, and with what. */
export interface FailedRun {
  readonly services: RunServices;
  readonly definition: JobDefinition;
  readonly job: JobRecord;
  readonly control: RunControl;
  readonly context: RunContext;
  readonly thrown: unknown;
}

/** The outcome of a run that threw, and the error that decided it (none for a snooze). */
export interface Decided {
  readonly outcome: Outcome;
  readonly error?: unknown;
}

/**
 * Decides what becomes of a job whose run threw. First comes what was asked from outside (cancelled,
 * worker stopping), then what the handler asked for (`ctx.snooze`, `ctx.fail`), then the retry policy.
 */
export function decideOutcome(run: FailedRun): Decided {
  const { control, services, thrown } = run;
  const { abortedBy, decision } = control;
  if (abortedBy?.code === 'JOBS_CANCELLED') return failed(abortedBy);
  if (abortedBy?.code === 'JOBS_WORKER_STOPPED' || abortedBy?.code === 'JOBS_LEASE_LOST') {
    return { outcome: { type: 'snooze', reason: 'released', runAt: services.clock.now() } };
  }
  if (decision?.type === 'snooze') return { outcome: decision };
  if (decision?.type === 'fail') return failed(decision.error);
  return isHopeless(thrown) ? failed(thrown) : retryOrFail(run);
}

/** Tells errors that come again with the same payload, however long one waits. */
function isHopeless(thrown: unknown): boolean {
  return (
    isJobsError(thrown, 'JOBS_INVALID_PAYLOAD') ||
    isJobsError(thrown, 'JOBS_MIGRATION_FAILED') ||
    isJobsError(thrown, 'JOBS_RESULT_NOT_SERIALIZABLE') ||
    isJobsError(thrown, 'JOBS_NOT_SUPPORTED')
  );
}

function retryOrFail(run: FailedRun): Decided {
  const { services, job, thrown } = run;
  const attempt = job.attemptsMade + 1;
  if (attempt >= job.maxAttempts || !isWorthRetrying(run)) return failed(thrown);
  const delay = delayBefore(run, attempt);
  if (delay === false) return failed(thrown);
  const runAt = services.clock.now() + delay;
  return { outcome: { type: 'retry', error: serializeError(thrown), runAt }, error: thrown };
}

function isWorthRetrying({ definition, context, services, job, thrown }: FailedRun): boolean {
  const { retryIf } = definition.options;
  if (retryIf === undefined) return true;
  try {
    return retryIf(thrown, context);
  } catch (error) {
    // A broken policy must not lose attempts the definition promised.
    services.reportError(error, { jobId: job.id, name: job.name });
    return true;
  }
}

function delayBefore(run: FailedRun, attempt: number): number | false {
  const { definition, services, job, thrown } = run;
  try {
    const backoff = definition.options.backoff ?? services.defaults.backoff;
    return backoffDelay(backoff, attempt, thrown);
  } catch (error) {
    services.reportError(error, { jobId: job.id, name: job.name });
    return backoffDelay(DEFAULT_BACKOFF, attempt, thrown);
  }
}

function failed(error: unknown): Decided {
  return { outcome: { type: 'fail', error: serializeError(error), attemptUsed: true }, error };
}
