import type { Outcome } from '../contract/outcome.ts';
import { JobsError } from '../errors/jobs-error.ts';
import { deserializeError } from '../errors/serialize-error.ts';
import type { AttemptEnd } from '../job/attempt-end.ts';
import type { JobDefinition } from '../job/job-definition.ts';
import type { Decided } from './decide-outcome.ts';
import type { RunContext } from './run-context.ts';
import type { RunControl } from './run-control.ts';
import { runHook } from './run-hook.ts';
import type { RunServices } from './run-services.ts';

/** Describes the attempt that ended, and its end. */
export interface EndedAttempt {
  readonly services: RunServices;
  readonly definition: JobDefinition;
  readonly context: RunContext;
  readonly handlerStarted: boolean;
  /** The recorded outcome. */
  readonly decided: Decided;
  /** The handler's result. */
  readonly result: unknown;
}

/** Returns whether hooks follow the end of an attempt. */
export function hasEndHooks({ options }: JobDefinition): boolean {
  const { onComplete, onFail, onCancel, onRetry, onFinally } = options;
  return (onComplete ?? onFail ?? onCancel ?? onRetry ?? onFinally) !== undefined;
}

/** Returns the recorded outcome: the decided one, or the one that replaced it. */
export function recordedAs(outcome: Outcome, decided: Decided): Decided {
  if (outcome === decided.outcome) return decided;
  return 'error' in outcome ? { outcome, error: deserializeError(outcome.error) } : { outcome };
}

/** Runs the hooks that belong to the end of an attempt; returns a promise only if there is something to wait for. */
export function runEndHooks(attempt: EndedAttempt): Promise<void> | undefined {
  const { definition, context: ctx, decided, result, handlerStarted } = attempt;
  const { onComplete, onFail, onCancel, onRetry, onFinally } = definition.options;
  const { outcome, error } = decided;
  let first: Promise<void> | undefined;
  if ((outcome.type === 'complete' || outcome.type === 'recorded') && onComplete) {
    first = hook(attempt, 'onComplete', () => onComplete(result, ctx));
  } else if (outcome.type === 'fail' && onFail) {
    first = hook(attempt, 'onFail', () => onFail(error, ctx));
  } else if (outcome.type === 'cancel' && onCancel) {
    first = hook(attempt, 'onCancel', () => onCancel(error, ctx));
  } else if (outcome.type === 'retry' && onRetry) {
    first = hook(attempt, 'onRetry', () => onRetry(error, ctx));
  }
  if (onFinally === undefined || !handlerStarted) return first;
  const last = (): Promise<void> | undefined => hook(attempt, 'onFinally', () => onFinally(ctx));
  return first === undefined ? last() : first.then(last);
}

function hook(
  { services, context: { jobId, name } }: EndedAttempt,
  hookName: string,
  call: () => unknown,
): Promise<void> | undefined {
  return runHook(services, { jobId, name }, hookName, call);
}

/** Describes the end of an attempt for listeners; without a record, its lease was lost. */
export function attemptEndOf(
  recorded: Decided | undefined,
  { abortedBy }: RunControl,
  times: Pick<AttemptEnd, 'endedAt' | 'durationMs'>,
): AttemptEnd {
  if (recorded === undefined) {
    if (abortedBy?.code === 'JOBS_WORKER_STOPPED') {
      return { outcome: 'snoozed', reason: 'released', ...times };
    }
    const error = new JobsError(
      'JOBS_LEASE_LOST',
      'The lease was lost; another worker may run it.',
    );
    return {
      outcome: 'lost',
      error: abortedBy?.code === 'JOBS_LEASE_LOST' ? abortedBy : error,
      ...times,
    };
  }
  const { outcome, error } = recorded;
  switch (outcome.type) {
    case 'complete':
    case 'recorded':
      return { outcome: 'completed', ...times };
    case 'retry':
      return { outcome: 'retrying', error, runAt: new Date(outcome.runAt), ...times };
    case 'snooze': {
      const { reason, runAt } = outcome;
      return { outcome: 'snoozed', reason, runAt: new Date(runAt), ...times };
    }
    case 'fail':
      return { outcome: 'failed', error, ...times };
    case 'cancel':
      return { outcome: 'cancelled', error, ...times };
    case 'unstarted':
      return { outcome: 'snoozed', reason: 'released', ...times };
  }
}
