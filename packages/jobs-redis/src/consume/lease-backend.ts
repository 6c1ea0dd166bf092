import type { Outcome } from '@philjs/jobs-core';
import type { MinimalJob, MoveToDelayedOpts, RetryJobOpts } from 'bullmq';
import { QueueKeys, RedisConnection, RedisQueueBackend, type WorkerOptions } from 'bullmq';
import type { Link } from '../connection/link.ts';
import { waitUnless } from '../connection/wait-unless.ts';
import { encodeResult } from '../record/stored-json.ts';
import { beforeMoveScript } from '../script/lease-scripts.ts';
import type { ScriptArgument, Scripts } from '../script/run-script.ts';
import { type ClaimedJob, toClaimedJob, toJobJson } from './claimed-job.ts';
import type { HeldJob, HeldJobs } from './held-job.ts';
import type { LeaseGuard, Step } from './lease-guard.ts';
import type { MarkerWait } from './marker-wait.ts';
import { isOwn, isPlain, type Moves } from './moves.ts';
import { beforeMove, isFailure, outcomeFields } from './outcome-fields.ts';

/** How long after its time a job is left to workers that may know it. */
const STEP_ASIDE_MS = 100;

/** What BullMQ's worker takes for the next job; empty for none. */
type Next = unknown[];
/** What core decided of a job that is to wait. */
type Snooze = Extract<Outcome, { readonly type: 'snooze' }>;
type Finished = { result: Next; finishedOn: number };
type Keep = Parameters<RedisQueueBackend['moveToCompleted']>[2];

/** Where the id of the job stands among the keys and arguments of BullMQ's scripts that end a lease. */
const JOB_ID_AT: Readonly<Record<string, number>> = {
  moveToFinished: 14,
  moveToDelayed: 13,
  retryJob: 14,
};

/** How often an idle worker asks for jobs though nothing told it that there are any. */
const ASK_ANYWAY_MS = 60_000;

/** What a {@link LeaseBackend} works with. */
export interface LeaseBackendParts {
  readonly link: Link;
  readonly scripts: Scripts;
  readonly guard: LeaseGuard;
  readonly held: HeldJobs;
  readonly wait: MarkerWait;
  readonly moves: Moves;
  readonly isStopping: () => boolean;
  /** Takes charge of a job that fails without having been run: another BullMQ worker gave it up as stalled. */
  readonly adopt: (storedId: string, token: string, claimed: ClaimedJob) => HeldJob;
}

/**
 * Stands between BullMQ's worker and its scripts: claims and completes our jobs by scripts of our own, records
 * what else core decided in one step with BullMQ's own move, and keeps outages from the worker. None of what
 * it overrides ever rejects: a claim waits for the server, and an outcome is repeated until it is recorded
 * or the lease is lost.
 */
export class LeaseBackend extends RedisQueueBackend {
  readonly #parts: LeaseBackendParts;
  readonly #claimed = new Map<string, ClaimedJob>();
  /** Until when a job that this worker does not know is left to others. */
  #asideUntil = 0;
  /** Jobs claimed when another one was snoozed, by their tokens. */
  readonly #kept = new Map<string, Next>();
  /** When BullMQ's loop last came round to ask for jobs, in epoch milliseconds. */
  askedAt: number = Date.now();
  /** When the server was last asked for jobs. */
  #fetchedAt = 0;
  /** When the next delayed job is due, as the server said; 0 for none. */
  #delayUntil = 0;
  /** Whether the last wait ended without a marker: then nothing became ready. */
  #isQuiet = false;

  constructor(name: string, prefix: string, options: WorkerOptions, parts: LeaseBackendParts) {
    const keys = new QueueKeys(prefix);
    const connection = new RedisConnection(parts.link.client, {
      shared: true,
      blocking: false,
      skipVersionCheck: true,
      skipWaitingForReady: true,
    });
    super(connection, name, keys.getKeys(name), (type) => keys.toKey(name, type), options);
    this.#parts = parts;
    this.on('error', () => undefined);
  }

  /** Takes a job just claimed. */
  take(storedId: string): ClaimedJob | undefined {
    const claimed = this.#claimed.get(storedId);
    this.#claimed.delete(storedId);
    return claimed;
  }

  override async close(): Promise<void> {
    // Lets go of the client's events; the client itself is the consumer's, and what is still recorded needs it.
    await this.connection.close();
  }

  override async disconnectBlocking(): Promise<void> {
    this.#parts.wait.interrupt();
  }

  override async reconnectBlocking(): Promise<void> {
    // MarkerWait reconnects by itself.
  }

  override async waitForJob(blockTimeout: number): ReturnType<RedisQueueBackend['waitForJob']> {
    const marker = await this.#parts.wait.forMarker(this.keys['marker'] as string, blockTimeout);
    this.#isQuiet = marker === null;
    const { score = 0 } = marker ?? {};
    if (score > 0) this.#delayUntil = Math.min(score, this.#delayUntil || score);
    return marker ?? null;
  }

  override async moveToActive(token: string, name?: string): Promise<unknown[]> {
    const kept = this.#kept.get(token);
    if (kept !== undefined) {
      this.#kept.delete(token);
      return kept;
    }
    if (this.#asideUntil > 0) await this.#stepAside();
    if (this.#parts.isStopping()) return [];
    this.askedAt = Date.now();
    if (this.#nothingIsNew()) return [null, 0, 0, this.#delayUntil];
    const next = await this.#parts.guard.claim(token, async () => {
      const answer = await this.#parts.moves.claim(token);
      return answer === undefined
        ? super.moveToActive(token, name)
        : this.#toNext(this.#keep(answer));
    });
    this.askedAt = Date.now();
    if (next === undefined) return [];
    this.#fetchedAt = this.askedAt;
    const answer = this.#nextOf(next);
    this.#delayUntil = Number(answer[3] ?? 0);
    return answer;
  }

  /** Whether asking can be spared: an idle worker then costs the server next to nothing. */
  #nothingIsNew(): boolean {
    const wasQuiet = this.#isQuiet;
    this.#isQuiet = false;
    const isDue = this.#delayUntil > 0 && this.askedAt >= this.#delayUntil;
    return wasQuiet && !isDue && this.askedAt - this.#fetchedAt < ASK_ANYWAY_MS;
  }

  override async extendLocks(ids: string[], tokens: string[], duration: number): Promise<string[]> {
    await this.#parts.guard.renew(ids, () => super.extendLocks(ids, tokens, duration));
    return [];
  }

  override moveToCompleted<T, R, N extends string>(
    job: MinimalJob<T, R, N>,
    _returnValue: R,
    keep: Keep,
    token: string,
    fetchNext: boolean,
  ): Promise<Finished> {
    const held = this.#parts.held.get(job.id ?? '');
    const outcome = held?.outcome;
    const value = outcome?.type === 'complete' ? outcome.result : undefined;
    const result = encodeResult(value);
    return this.#finish(held, () => {
      const fetches = this.#fetches(held, fetchNext);
      if (held !== undefined && isPlain(held)) {
        return this.#moved(held, this.#parts.moves.complete(held, value));
      }
      const args = this.moveToCompletedArgs(job, result as R, keep, token, fetches);
      return this.moveToFinished(job.id ?? '', args);
    });
  }

  override moveToFailed<T, R, N extends string>(
    job: MinimalJob<T, R, N>,
    reason: string,
    keep: Keep,
    token: string,
    fetchNext: boolean,
    fields?: Record<string, unknown>,
  ): Promise<Finished> {
    const id = job.id ?? '';
    const claimed = this.take(id);
    const held =
      claimed === undefined ? this.#parts.held.get(id) : this.#parts.adopt(id, token, claimed);
    const update = { ...fields, ...outcomeFields(held) };
    return this.#finish(held, () => {
      const outcome = held?.outcome;
      const message = isFailure(outcome) ? outcome.error.message : reason;
      const fetches = this.#fetches(held, fetchNext);
      if (held !== undefined && outcome?.type === 'cancel' && isOwn(held)) {
        return this.#moved(held, this.#parts.moves.cancel(held, outcome));
      }
      const args = this.moveToFailedArgs(job, message, keep, token, fetches, update);
      return this.moveToFinished(id, args);
    });
  }

  override moveToDelayed(
    id: string,
    timestamp: number,
    delay: number,
    token?: string,
    options: MoveToDelayedOpts = {},
  ): Promise<Next> {
    const held = this.#parts.held.get(id);
    const fieldsToUpdate = { ...options.fieldsToUpdate, ...outcomeFields(held) };
    return this.#record(held, () => {
      const fetchNext = this.#fetches(held, options.fetchNext ?? false);
      const all = { ...options, fieldsToUpdate, fetchNext };
      return super.moveToDelayed(id, timestamp, delay, token, all);
    });
  }

  /** Puts a job back until a time, and keeps the next one until BullMQ asks for it. */
  async snooze(held: HeldJob, { reason, runAt }: Snooze): Promise<void> {
    const { token } = held;
    if (reason.startsWith('unknown-')) this.#asideUntil = runAt + STEP_ASIDE_MS;
    const next = await this.#record(held, () => {
      this.#fetches(held, true);
      return this.#moved(held, this.#parts.moves.snooze(held, reason, runAt));
    });
    if (next.length > 0) this.#kept.set(token, next);
  }

  /** Takes the jobs that BullMQ has not asked for, with their tokens. */
  takeKept(): (readonly [string, string, ClaimedJob])[] {
    const kept = [...this.#kept].flatMap(([token, [, id]]) => {
      const claimed = this.take(id as string);
      return claimed === undefined ? [] : [[id as string, token, claimed] as const];
    });
    this.#kept.clear();
    return kept;
  }

  override async retryJob(
    id: string,
    lifo: boolean,
    token?: string,
    options: RetryJobOpts = {},
  ): Promise<void> {
    const held = this.#parts.held.get(id);
    const fieldsToUpdate = { ...options.fieldsToUpdate, ...outcomeFields(held) };
    await this.#record(held, () => super.retryJob(id, lifo, token, { ...options, fieldsToUpdate }));
  }

  /** Runs a script of BullMQ's, with what we have to add in one transaction, and keeps the hash of a claimed job. */
  override execCommand(_client: unknown, command: string, args: unknown[]): Promise<unknown> {
    const at = JOB_ID_AT[command];
    const held = at === undefined ? undefined : this.#parts.held.get(args[at] as string);
    const before = held === undefined ? undefined : beforeMove(held);
    const sent =
      before === undefined
        ? commandOf(this.#parts.link.client, `${command}:${this.version}`)(args)
        : this.#inTransaction(before, command, args);
    return sent.then((answer) => this.#keep(answer));
  }

  /** Keeps the hash of a job that was claimed by what was answered. */
  #keep<T>(answer: T): T {
    if (Array.isArray(answer) && Array.isArray(answer[0])) {
      this.#claimed.set(answer[1], toClaimedJob(answer[0], answer[4]));
    }
    return answer;
  }

  /** Takes the answer to a move of ours. */
  async #moved({ storedId }: HeldJob, move: Promise<unknown>): Promise<Next> {
    const answer = await move;
    if (typeof answer !== 'number') return this.#toNext(this.#keep(answer));
    if (answer === 0) return [];
    const what = { code: answer, jobId: storedId, command: 'moveToFinished', state: 'active' };
    throw this.finishedErrors(what);
  }

  override moveToFinished(jobId: string, args: unknown[]): Promise<Next> {
    return this.execCommand(undefined, 'moveToFinished', args).then((answer) => {
      if (typeof answer === 'number' && answer < 0) {
        const what = { code: answer, jobId, command: 'moveToFinished', state: 'active' };
        throw this.finishedErrors(what);
      }
      return this.#toNext(answer);
    });
  }

  async #inTransaction(
    before: ScriptArgument[],
    command: string,
    args: unknown[],
  ): Promise<unknown> {
    const { link, scripts } = this.#parts;
    scripts.define(link.client, beforeMoveScript);
    const transaction = link.client.multi();
    scripts.queue(transaction, beforeMoveScript, before);
    void commandOf(transaction, `${command}:${this.version}`)(args);
    const answers = await transaction.exec();
    for (const [error] of answers ?? []) if (error !== null) throw error;
    return answers?.[1]?.[1];
  }

  #finish(held: HeldJob | undefined, move: () => Promise<Next>): Promise<Finished> {
    const finishedOn = Date.now();
    return this.#record(held, move).then((result) => ({ result, finishedOn }));
  }

  /** Lets workers that may know a job be first when one this worker did not know is due again. */
  async #stepAside(): Promise<void> {
    const wait = this.#asideUntil - Date.now();
    if (wait > 0 && wait <= 2 * STEP_ASIDE_MS) await waitUnless(wait, this.#parts.isStopping);
  }

  #record(held: HeldJob | undefined, move: () => Promise<unknown>): Promise<Next> {
    if (held === undefined) return Promise.resolve([]);
    return this.#parts.guard.record(held, move).then((step) => {
      this.#parts.held.delete(held);
      const next = step === undefined ? [] : this.#nextOf(step);
      if (Number(next[3]) > 0) this.#delayUntil = Number(next[3]);
      return next;
    });
  }

  /** Takes BullMQ's answer to a step, or the job that was found to have been claimed by it. */
  #nextOf(step: Step<unknown>): Next {
    if (step.found === undefined) return Array.isArray(step.answer) ? step.answer : [];
    const [flat, id] = step.found as [unknown[], string];
    this.#claimed.set(id, toClaimedJob(flat));
    return this.#toNext(step.found);
  }

  /** Turns a script's answer with the next job into what BullMQ's worker expects. */
  #toNext(answer: unknown): Next {
    if (!Array.isArray(answer)) return [];
    const [, id, limit, delayUntil] = answer as [unknown, string, number, number];
    const claimed = this.#claimed.get(id);
    return [claimed === undefined ? null : toJobJson(id, claimed), id, limit, delayUntil];
  }

  #fetches(held: HeldJob | undefined, fetchNext: boolean): boolean {
    const fetches = fetchNext && !this.#parts.isStopping();
    if (held !== undefined) held.fetchesNext = fetches;
    return fetches;
  }
}

/** Finds a script of BullMQ's among the commands of a client, where its connection has put them. */
function commandOf(target: object, name: string): (args: readonly unknown[]) => Promise<unknown> {
  const command = (target as Record<string, (args: readonly unknown[]) => Promise<unknown>>)[name];
  if (command === undefined) throw new TypeError(`BullMQ has no script \`${name}\``);
  return command.bind(target);
}
