import type { Outcome } from '@philjs/jobs-core';
import { FIELD } from '../record/job-hash.ts';
import type { ScriptArgument } from '../script/run-script.ts';
import type { HeldJob } from './held-job.ts';

/** Lists our own fields of a job's hash as its outcome leaves them: BullMQ writes them with its own. */
export function outcomeFields(held: HeldJob | undefined): Record<string, string | number> {
  const { outcome } = held ?? {};
  if (outcome?.type === 'snooze') {
    return { [FIELD.snooze]: outcome.reason, [FIELD.runAt]: outcome.runAt };
  }
  if (outcome?.type !== 'retry' && !isFailure(outcome)) return {};
  const unused = Number(held?.hash[FIELD.unused] ?? 0) + 1;
  return {
    [FIELD.error]: JSON.stringify(outcome.error),
    ...(outcome.failures.length > 0 && {
      [FIELD.failures]: JSON.stringify(outcome.failures),
    }),
    failedReason: outcome.error.message,
    ...(held?.hash[FIELD.snooze] && { [FIELD.snooze]: '' }),
    ...(outcome.type === 'retry' && { [FIELD.runAt]: outcome.runAt }),
    ...(outcome.type !== 'retry' && !outcome.attemptUsed && { [FIELD.unused]: unused }),
  };
}

/** Tells the outcomes that BullMQ takes for a failure: it knows no cancelled jobs. */
export function isFailure(
  outcome: Outcome | undefined,
): outcome is Extract<Outcome, { readonly type: 'fail' | 'cancel' }> {
  return outcome?.type === 'fail' || outcome?.type === 'cancel';
}

/** Makes the arguments of `beforeMoveScript`, or nothing when BullMQ's own move is all there is to do. */
export function beforeMove(held: HeldJob): ScriptArgument[] | undefined {
  const { outcome, limit = '' } = held;
  const failure =
    outcome?.type === 'retry' || isFailure(outcome) ? JSON.stringify(outcome.error) : '';
  if (limit === '' && failure === '') return undefined;
  const runAt = outcome?.type === 'retry' ? outcome.runAt : '';
  const fetches = held.fetchesNext ? '1' : '0';
  return [held.storedId, held.token, held.name, limit, fetches, failure, runAt];
}
