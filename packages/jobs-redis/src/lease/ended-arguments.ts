import type { EndedLease, EndedOutcome } from '@philjs/jobs-core/backend';
import { heldJobId } from '../keys/job-id.ts';
import { checkQueueName } from '../keys/queue-name.ts';
import { jobArguments, keyArgument } from '../record/job-arguments.ts';
import { encodeResult } from '../record/stored-json.ts';
import type { ScriptArgument } from '../script/script.ts';

/** Remembers of a job handed out what recording its completion needs, so that no script reads it again. */
export interface PlainJob {
  /** Its stored id. */
  readonly id: string;
  /** How many attempts will have been made once it completes. */
  readonly made: number;
  /** Its retention, a space and its name. */
  readonly shape: string;
}

/**
 * Writes an ended lease as arguments of the exchange script: id, token, outcome and a text; for `complete` also what is
 * remembered of the job; for all others when the job runs, its error or the entry that it waits for, its failures, its stack, whether an attempt was used, and the queue of its dead letter, which
 * follows.
 */
export function endedArguments({ lease, outcome, handle }: EndedLease): ScriptArgument[] {
  if (outcome.type === 'complete' && isPlain(handle)) {
    const { id, made, shape } = handle;
    return [id, lease.fencingToken, outcome.type, encodeResult(outcome.result), made, shape];
  }
  const start = [heldJobId(lease.id), lease.fencingToken, outcome.type];
  switch (outcome.type) {
    case 'complete':
      return [...start, encodeResult(outcome.result), '', ''];
    case 'snooze':
      return [...start, outcome.reason, ...when(outcome), outcome.signal ?? '', '', '', '', ''];
    case 'unstarted': {
      const { concurrencyKey, rateKey } = outcome.keys ?? {};
      return [...start, keyArgument(concurrencyKey), '', '', keyArgument(rateKey), '', '', '', ''];
    }
    case 'retry':
      return [...start, outcome.error.message, ...when(outcome), ...failure(outcome), '1', ''];
    case 'fail':
    case 'cancel': {
      const used = outcome.attemptUsed ? '1' : '0';
      const { message } = outcome.error;
      return [...start, message, '', '', ...failure(outcome), used, ...letter(outcome)];
    }
  }
}

/** Returns whether a handle is one that we gave with a job; core passes it back. */
export function isPlain(handle: unknown): handle is PlainJob {
  return typeof handle === 'object' && handle !== null && 'shape' in handle;
}

/** Writes the queue that keeps a dead letter and the letter, as a job to add; nothing but an empty text without one. */
function letter(outcome: EndedOutcome): ScriptArgument[] {
  if (outcome.type !== 'fail' || outcome.deadLetter === undefined) return [''];
  const { queue, job } = outcome.deadLetter;
  return [checkQueueName(queue), ...jobArguments(job)];
}

type Failed = Extract<EndedOutcome, { readonly failures: unknown }>;

/** Returns when a job runs: a duration where one was given, as that does not depend on this process's clock. */
function when(outcome: { readonly runAt: number; readonly delayMs?: number }): ScriptArgument[] {
  const { runAt, delayMs } = outcome;
  return [Math.ceil(runAt), delayMs === undefined ? '' : Math.ceil(delayMs)];
}

function failure({ error, failures }: Failed): ScriptArgument[] {
  const list = failures.length > 0 ? JSON.stringify(failures) : '';
  const stack = error.stack ?? `${error.name}: ${error.message}`;
  return [JSON.stringify(error), list, JSON.stringify([stack])];
}
