import {
  type ConsumeParams,
  JobsError,
  type Outcome,
  type SerializedError,
} from '@philjs/jobs-core';
import { DelayedError, type Job, UnrecoverableError, WaitingError } from 'bullmq';
import { decodeJobId } from '../keys/job-id.ts';
import { toJobRecord } from '../record/job-hash.ts';
import { gateScript, giveBackScript } from '../script/lease-scripts.ts';
import type { QueueStore } from '../store/queue-store.ts';
import type { ClaimedJob } from './claimed-job.ts';
import type { HeldJob, HeldJobs } from './held-job.ts';
import type { LeaseBackend } from './lease-backend.ts';
import type { LeaseGuard } from './lease-guard.ts';

/** What a {@link JobProcessor} works with. */
export interface JobProcessorParts {
  readonly params: ConsumeParams;
  readonly store: QueueStore;
  readonly held: HeldJobs;
  readonly guard: LeaseGuard;
  readonly isStopping: () => boolean;
}

/** What a job is taken for that nobody claimed. */
const NOTHING: ClaimedJob = { hash: {}, options: {}, limit: undefined };
/** How long one try to give a job back may take. */
const GIVE_BACK_TIMEOUT_MS = 300;

/**
 * Runs the jobs BullMQ's worker claims, and answers in BullMQ's terms: a return completes, an error of ours
 * retries or fails, and `DelayedError` or `WaitingError` says that the job was moved already. What a
 * handler throws never gets here: core has made an outcome of it.
 */
export class JobProcessor {
  readonly #parts: JobProcessorParts;
  /** The limits this worker has made known. */
  readonly #published = new Map<string, number>();

  constructor(parts: JobProcessorParts) {
    this.#parts = parts;
  }

  /** Runs a job; BullMQ's processor. */
  async process(backend: LeaseBackend, job: Job, token: string): Promise<unknown> {
    const id = job.id ?? '';
    const held = this.hold(id, token, backend.take(id) ?? NOTHING);
    const limit = this.#parts.params.concurrencyLimits.get(held.name);
    const isAdmitted = !this.#parts.isStopping() && (limit === undefined || held.limit === limit);
    const outcome = isAdmitted || (await this.#admit(held)) ? await this.#run(held) : undefined;
    if (outcome === undefined || held.end !== undefined) {
      this.#parts.held.delete(held);
      throw new WaitingError();
    }
    held.outcome = outcome;
    // The result is in the outcome: BullMQ need not look at it.
    return outcome.type === 'complete' ? undefined : this.#conclude(backend, job, held, outcome);
  }

  /** Notes that this worker holds a job. */
  hold(storedId: string, token: string, { hash, options, limit }: ClaimedJob): HeldJob {
    const held: HeldJob = {
      id: decodeJobId(storedId),
      fencingToken: Number(hash['ats'] ?? 0),
      storedId,
      name: hash['name'] ?? '',
      token,
      hash,
      options,
      release: undefined,
      renewedAt: Number(hash['processedOn'] ?? Date.now()),
      limit,
      fetchesNext: false,
      end: undefined,
      outcome: undefined,
    };
    this.#parts.held.add(held);
    return held;
  }

  /** Gives back every job that is still running, and ends its run here. */
  async giveBackAll(): Promise<void> {
    const running = this.#parts.held.all().filter((held) => held.outcome === undefined);
    await Promise.all(running.map((held) => this.#giveBack(held, GIVE_BACK_TIMEOUT_MS)));
  }

  /** Ends every run here without a word to the server: the leases run out. */
  abandonAll(): void {
    for (const held of this.#parts.held.all()) this.end(held, 'lost');
  }

  /** Ends a run here; what its handler still does is not waited for. */
  end(held: HeldJob, how: 'lost' | 'given-back'): void {
    held.end ??= how;
    held.release?.();
  }

  /** Lets a job through the limit of its name. Answers false when it is not to run here now. */
  async #admit(held: HeldJob): Promise<boolean> {
    const { params, guard, store, isStopping } = this.#parts;
    if (isStopping()) {
      await this.#giveBack(held, GIVE_BACK_TIMEOUT_MS);
      return false;
    }
    const limit = params.concurrencyLimits.get(held.name);
    if (limit === undefined) return true;
    held.limit = limit;
    const isNews = this.#published.get(held.name) !== limit ? '1' : '0';
    const args = [held.storedId, held.token, held.name, limit, isNews];
    const step = await guard.record(held, () =>
      store.scripts.run(store.link.client, gateScript, args),
    );
    this.#published.set(held.name, limit);
    return step?.answer === 1;
  }

  /** Executes a job. Answers nothing when its run here was ended before it was done. */
  #run(held: HeldJob): Promise<Outcome | undefined> {
    const job = toJobRecord(held.storedId, 'active', held.hash, held.options);
    return new Promise((resolve, reject) => {
      held.release = () => resolve(undefined);
      this.#parts.params.execute({ job }).then(resolve, reject);
    });
  }

  async #conclude(
    backend: LeaseBackend,
    job: Job,
    held: HeldJob,
    outcome: Exclude<Outcome, { readonly type: 'complete' }>,
  ): Promise<never> {
    switch (outcome.type) {
      case 'fail':
      case 'cancel':
        throw withStackOf(new UnrecoverableError(MESSAGE), outcome.error);
      case 'retry':
        // Core decides whether and when: BullMQ's own count of attempts must not overrule it.
        job.opts.attempts = Number.POSITIVE_INFINITY;
        job.opts.backoff = { type: 'core', delay: 0 };
        throw withStackOf(new RetryError(outcome.runAt), outcome.error);
      case 'snooze': {
        if (outcome.runAt <= Date.now()) {
          await this.#putBack(held, outcome.reason, outcome.reason === 'released');
          throw new WaitingError();
        }
        // Whoever enqueued it may know of a limit this worker does not.
        if (outcome.reason.startsWith('unknown-')) held.limit ??= 0;
        await backend.snooze(held, outcome);
        throw new DelayedError();
      }
      case 'recorded':
      case 'unstarted':
        await this.#putBack(held, 'released', true);
        throw new WaitingError();
    }
  }

  async #giveBack(held: HeldJob, timeoutMs: number): Promise<void> {
    const { store, params } = this.#parts;
    try {
      await store.link.run(
        (client) => store.scripts.run(client, giveBackScript, giveBackArgs(held, 'released', true)),
        timeoutMs,
      );
    } catch (error) {
      params.onError(error);
    }
    this.end(held, 'given-back');
  }

  async #putBack(held: HeldJob, reason: string, ahead: boolean): Promise<void> {
    const { store, guard } = this.#parts;
    const args = giveBackArgs(held, reason, ahead);
    const step = await guard.record(held, () =>
      store.scripts.run(store.link.client, giveBackScript, args),
    );
    if (step?.answer === 0) guard.lose(held);
  }
}

/**
 * What BullMQ is thrown, whatever the handler threw: it takes some messages (`bullmq:rateLimitExceeded`) for
 * orders.
 */
const MESSAGE = 'The attempt failed';

/** Carries the time core chose to BullMQ's backoff strategy. */
class RetryError extends Error {
  readonly runAt: number;

  constructor(runAt: number) {
    super(MESSAGE);
    this.runAt = runAt;
  }
}

/** Answers how long BullMQ is to wait before the next attempt: what core decided. */
export function coreBackoff(_attempts: number, _type?: string, error?: Error): number {
  return error instanceof RetryError ? Math.max(0, error.runAt - Date.now()) : 0;
}

/** BullMQ keeps the stack of the handler's error; its message it gets from the outcome. */
function withStackOf(error: Error, { name, message, stack }: SerializedError): Error {
  error.stack = stack ?? `${name}: ${message}`;
  return error;
}

function giveBackArgs(held: HeldJob, reason: string, ahead: boolean): string[] {
  return [held.storedId, held.token, reason, ahead ? '1' : '0'];
}

/** What a worker says to the jobs it cannot wait for. */
export function workerStopped(): JobsError {
  return new JobsError('JOBS_WORKER_STOPPED', 'The worker is stopping and gives the job back');
}
