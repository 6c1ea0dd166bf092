import { invalidArgument } from '../check/argument.ts';
import { refusePromise } from '../check/refuse-promise.ts';
import type { AttemptFailure } from '../contract/attempt-failure.ts';
import type { JobRecord } from '../contract/job-record.ts';
import type { Outcome } from '../contract/outcome.ts';
import { isJobsError } from '../errors/jobs-error.ts';
import type { SerializedError } from '../errors/serialize-error.ts';
import { serializeError } from '../errors/serialize-error.ts';
import { backoffDelay, DEFAULT_BACKOFF } from '../job/backoff.ts';
import type { JobDefinition } from '../job/job-definition.ts';
import { addFailure } from './add-failure.ts';
import { delayByAge } from './delay-by-age.ts';
import type { RunContext } from './run-context.ts';
import type { RunControl } from './run-control.ts';
import type { RunServices } from './run-services.ts';
import { WORKER_NAME } from './worker-name.ts';

/** Describes the run that failed, and its error. */
export interface FailedRun {
  readonly services: RunServices;
  readonly definition: JobDefinition;
  readonly job: JobRecord;
  readonly control: RunControl;
  readonly context: RunContext;
  /** When the attempt started, in epoch milliseconds. */
  readonly startedAt: number;
  readonly handlerStarted: boolean;
  readonly thrown: unknown;
}

/** Holds the outcome of a run that threw, and the error that decided it (none for a snooze). */
export interface Decided {
  readonly outcome: Outcome;
  readonly error?: unknown;
}

/** How most runs end: they complete, without a result. */
export const NO_RESULT: Decided = Object.freeze({
  outcome: Object.freeze({ type: 'complete', result: undefined }),
});

/**
 * Decides the outcome of a run that threw. Requests from outside (cancelled, worker stopping) come first, then the
 * handler's own (`ctx.snooze`, `ctx.fail`), then the retry policy.
 */
export function decideOutcome(run: FailedRun): Decided {
  const { control, thrown } = run;
  const { abortedBy, decision } = control;
  if (abortedBy?.code === 'JOBS_CANCELLED') return failed(run, abortedBy, 'cancel');
  if (abortedBy?.code === 'JOBS_WORKER_STOPPED' || abortedBy?.code === 'JOBS_LEASE_LOST') {
    return released(run, abortedBy.code === 'JOBS_LEASE_LOST');
  }
  if (decision?.type === 'snooze') return { outcome: decision };
  if (decision?.type === 'fail') return failed(run, decision.error);
  return isHopeless(run) ? failed(run, thrown) : retryOrFail(run);
}

/**
 * Gives a job back. One whose lease the store took for lost, and for held when this came, comes back later each time, or it
 * could run again and again.
 */
function released({ services, job }: FailedRun, isLost: boolean): Decided {
  const now = services.clock.now();
  const isAgain = isLost && job.snoozeReason === 'released';
  const delayMs = isAgain ? delayByAge(job, now) : 0;
  return { outcome: { type: 'snooze', reason: 'released', runAt: now + delayMs, delayMs } };
}

/** Returns whether an error will occur again with the same payload, however long the delay. */
function isHopeless({ handlerStarted, thrown }: FailedRun): boolean {
  if (isJobsError(thrown, 'JOBS_NOT_SUPPORTED')) return true;
  if (isJobsError(thrown, 'JOBS_RESULT_TOO_LARGE')) return true;
  if (isJobsError(thrown, 'JOBS_STEPS_FULL')) return true;
  if (isJobsError(thrown, 'JOBS_SIGNAL_TIMEOUT')) return true;
  if (handlerStarted) return isJobsError(thrown, 'JOBS_RESULT_NOT_SERIALIZABLE');
  return (
    isJobsError(thrown, 'JOBS_INVALID_PAYLOAD') || isJobsError(thrown, 'JOBS_MIGRATION_FAILED')
  );
}

function retryOrFail(run: FailedRun): Decided {
  const { services, job, thrown } = run;
  const attempt = job.attemptsMade + 1;
  if (attempt >= job.maxAttempts || !isWorthRetrying(run)) return failed(run, thrown);
  const delay = delayBefore(run, attempt);
  if (delay === false) return failed(run, thrown);
  const runAt = services.clock.now() + delay;
  const error = errorOf(run, thrown);
  const failures = failuresWith(run, error);
  return { outcome: { type: 'retry', error, failures, runAt, delayMs: delay }, error: thrown };
}

function isWorthRetrying(run: FailedRun): boolean {
  const { definition, context, thrown } = run;
  const { retryIf } = definition.options;
  if (retryIf === undefined) return true;
  try {
    const answer: unknown = retryIf(thrown, context);
    if (typeof answer === 'boolean') return answer;
    refusePromise('retryIf', 'a boolean', answer);
    throw invalidArgument('retryIf()', '`true` or `false`', answer, 'The job is retried.');
  } catch (error) {
    // A policy that throws must not cost attempts the definition promised.
    report(run, error);
    return true;
  }
}

function delayBefore(run: FailedRun, attempt: number): number | false {
  const { definition, services, thrown } = run;
  try {
    const backoff = definition.options.backoff ?? services.defaults.backoff;
    return backoffDelay(backoff, attempt, thrown);
  } catch (error) {
    report(run, error);
    return backoffDelay(DEFAULT_BACKOFF, attempt, thrown);
  }
}

function failed(run: FailedRun, error: unknown, type: 'fail' | 'cancel' = 'fail'): Decided {
  const serialized = errorOf(run, error);
  const outcome = {
    type,
    error: serialized,
    failures: run.handlerStarted ? failuresWith(run, serialized) : (run.job.failures ?? []),
    attemptUsed: run.handlerStarted,
  } as const;
  return { outcome, error };
}

function failuresWith(run: FailedRun, error: SerializedError): readonly AttemptFailure[] {
  const { job, startedAt, services } = run;
  const failedAt = services.clock.now();
  const attempt = job.attemptsMade + 1;
  return addFailure(job.failures, { attempt, startedAt, failedAt, error, worker: WORKER_NAME });
}

/**
 * Serialises the error of the run. The code of a cancelled job is reserved for jobs that were cancelled themselves: a
 * handler that rethrows the error of another cancelled job has failed.
 */
function errorOf({ control }: FailedRun, error: unknown): SerializedError {
  const serialized = serializeError(error);
  if (serialized.code !== 'JOBS_CANCELLED' || error === control.abortedBy) return serialized;
  const { code, ...rest } = serialized;
  return { ...rest, cause: { name: rest.name, message: rest.message, code } };
}

function report({ services, job }: FailedRun, error: unknown): void {
  services.reportError(error, { jobId: job.id, name: job.name });
}
