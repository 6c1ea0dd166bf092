import type { JsonValue, Outcome } from '@philjs/jobs-core';
import type { Link } from '../connection/link.ts';
import { FIELD } from '../record/job-hash.ts';
import {
  KEEP_CANCELLED,
  KEEP_COMPLETED,
  type KeepJobs,
  toKeepJobs,
} from '../record/job-options.ts';
import { encodeResult } from '../record/stored-json.ts';
import {
  ASK_BULLMQ,
  cancelScript,
  claimScript,
  completeScript,
  snoozeScript,
} from '../script/move-scripts.ts';
import type { ScriptArgument, Scripts } from '../script/run-script.ts';
import type { HeldJob } from './held-job.ts';

const KEEP: KeepJobs = toKeepJobs(KEEP_COMPLETED);

/** What {@link Moves} work with. */
export interface MovesParts {
  readonly link: Link;
  readonly scripts: Scripts;
  readonly lockDuration: number;
  /** Whether this worker knows of names that only so many jobs of may run at once. */
  readonly knowsLimits: () => boolean;
}

/**
 * Claims, completes and snoozes in one step each, with a third fewer commands than BullMQ's scripts, which have
 * to think of what no job of ours is: part of a flow, repeated, counted. Answers are as BullMQ's.
 */
export class Moves {
  readonly #parts: MovesParts;

  constructor(parts: MovesParts) {
    this.#parts = parts;
  }

  /** Claims the next job; answers nothing when BullMQ's own script is to be asked. */
  async claim(token: string): Promise<unknown[] | undefined> {
    const { lockDuration } = this.#parts;
    const args = [token, Date.now(), lockDuration, this.#knowsLimits()];
    const answer = await this.#run(claimScript, args);
    return answer === ASK_BULLMQ ? undefined : (answer as unknown[]);
  }

  /** Records that a job completed, and claims the next one if asked to. */
  complete(held: HeldJob, result: JsonValue | undefined): Promise<unknown> {
    const { hash, options } = held;
    const { age, count } = keepOf(options.removeOnComplete);
    const attempts = Number(hash['atm'] ?? hash['attemptsMade'] ?? 0) + 1;
    const args = [...this.#ending(held), encodeResult(result), attempts, age ?? '', count ?? ''];
    return this.#run(completeScript, args);
  }

  /** Records that a job was cancelled, and claims the next one if asked to. */
  cancel(
    held: HeldJob,
    { error, failures, attemptUsed }: Extract<Outcome, { readonly type: 'cancel' }>,
  ): Promise<unknown> {
    const { hash } = held;
    const attempts = Number(hash['atm'] ?? hash['attemptsMade'] ?? 0) + (attemptUsed ? 1 : 0);
    const listed = failures.length > 0 ? JSON.stringify(failures) : (hash[FIELD.failures] ?? '[]');
    const { age, count } = toKeepJobs(KEEP_CANCELLED);
    const failure = [error.message, JSON.stringify(error), listed];
    return this.#run(cancelScript, [...this.#ending(held), ...failure, attempts, age, count]);
  }

  /** Has a job wait until a time, and claims the next one if asked to. */
  snooze(held: HeldJob, reason: string, runAt: number): Promise<unknown> {
    return this.#run(snoozeScript, [...this.#ending(held), reason, Math.ceil(runAt)]);
  }

  #ending(held: HeldJob): ScriptArgument[] {
    return [
      held.storedId,
      held.token,
      Date.now(),
      this.#parts.lockDuration,
      this.#knowsLimits(),
      held.fetchesNext ? '1' : '0',
      held.name,
      held.limit ?? '',
    ];
  }

  #knowsLimits(): '1' | '0' {
    return this.#parts.knowsLimits() ? '1' : '0';
  }

  #run(script: typeof claimScript, args: readonly ScriptArgument[]): Promise<unknown> {
    const { link, scripts } = this.#parts;
    return scripts.run(link.client, script, args);
  }
}

/** Whether a job is one of ours that nothing of BullMQ's depends on, as {@link Moves} expects. */
export function isPlain(held: Pick<HeldJob, 'hash' | 'options'>): boolean {
  return isOwn(held) && held.hash['deid'] === undefined;
}

/** Whether a job is one of ours that no parent of BullMQ's waits for. */
export function isOwn({ hash, options }: Pick<HeldJob, 'hash' | 'options'>): boolean {
  return options.pj !== undefined && hash['parentKey'] === undefined;
}

/** What is kept of completed jobs, of those that came with a job's options. */
function keepOf(given: KeepJobs | number | boolean | undefined): Partial<KeepJobs> {
  switch (typeof given) {
    case 'undefined':
      return KEEP;
    case 'number':
      return { count: given };
    case 'boolean':
      return given ? { count: 0 } : {};
    default:
      return given;
  }
}
