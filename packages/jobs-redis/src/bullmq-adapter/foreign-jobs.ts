import { isJobsError, JobsError } from '@philjs/jobs-core';
import type { EndedOutcome } from '@philjs/jobs-core/backend';
import type { Job, JobsOptions, Queue, RepeatOptions } from 'bullmq';
import type { Client } from '../connection/client.ts';
import { codeOf, isOutOfMemory } from '../connection/unavailable.ts';
import type { QueueStore } from '../store/queue-store.ts';
import { bullVersion } from './tested-version.ts';

/** How often a worker reports that it leaves BullMQ's jobs alone. */
const REPORT_EVERY_MS = 60_000;

type BullMq = typeof import('bullmq');

/**
 * Ends jobs of flows, with BullMQ's own deduplication, or of its schedulers, by BullMQ's public classes. They wait,
 * start, are retried and renewed like ours.
 */
export class ForeignJobs {
  readonly #store: QueueStore;
  readonly #onError: (error: unknown) => void;
  #opened: Promise<Queue> | undefined;
  #reportedAt: number = Number.NEGATIVE_INFINITY;

  constructor(store: QueueStore, onError: (error: unknown) => void = () => undefined) {
    this.#store = store;
    this.#onError = onError;
  }

  /** Reports, once a minute, that jobs are left alone since this version of BullMQ was not tested. */
  reportUntested(): void {
    const now = performance.now();
    if (now - this.#reportedAt < REPORT_EVERY_MS) return;
    this.#reportedAt = now;
    this.#onError(
      new JobsError(
        'JOBS_NOT_SUPPORTED',
        `This worker does not run the jobs that BullMQ added; other workers may. BullMQ ${bullVersion} is installed here, which was not tested. Install the version that @philjs/jobs-redis depends on.`,
      ),
    );
  }

  /**
   * Records an outcome of a job that is held under a lock, whose value names its start; returns whether it was. In a repeated
   * call, a job that is gone has been ended by an earlier one.
   */
  end(id: string, lock: string, outcome: EndedOutcome, isRepeated = false): Promise<boolean> {
    if (outcome.type === 'complete') {
      const { result } = outcome;
      return this.#move(id, isRepeated, (job) => job.moveToCompleted(result, lock, false));
    }
    // Other outcomes do not end a job: the script leaves none of those to BullMQ.
    const { error } = outcome as Extract<EndedOutcome, { readonly type: 'fail' }>;
    const { message, stack } = error;
    return this.#move(id, isRepeated, async (job) =>
      job.moveToFailed(await failureOf(message, stack), lock, false),
    );
  }

  /** Fails a job for good, with its reason. */
  async fail(id: string, lock: string, reason: string): Promise<void> {
    await this.#move(id, true, async (job) =>
      job.moveToFailed(await failureOf(reason), lock, false),
    );
  }

  /**
   * Has the scheduler of a job that started add the next one, as every worker of BullMQ does.
   *
   * @throws JobsError `JOBS_BACKEND_UNAVAILABLE`: without the next job the scheduler would end, so the caller asks again
   */
  async repeat(storedId: string): Promise<void> {
    try {
      await this.#store.link.run(() => this.#repeat(storedId));
    } catch (error) {
      // A worker on a full server has to go on: the jobs that it runs make room.
      const isAway = isJobsError(error, 'JOBS_BACKEND_UNAVAILABLE') && !isOutOfMemory(error);
      if (isAway) throw error;
      this.#onError(error);
    }
  }

  async #repeat(storedId: string): Promise<void> {
    const { Job } = await bullMq();
    const queue = await this.#open();
    const job = await Job.fromId(queue, storedId);
    if (job?.repeatJobKey === undefined) return;
    const { repeatJobKey, name, data, id = '' } = job;
    // BullMQ stores how often with the options, which its type leaves out.
    const opts: JobsOptions & { readonly repeat?: RepeatOptions } = job.opts;
    const next = { override: false, producerId: id };
    const scheduler = await queue.jobScheduler;
    await scheduler.upsertJobScheduler(repeatJobKey, opts.repeat ?? {}, name, data, opts, next);
  }

  /** Prepares for the end of jobs: lets the parents of flows wait for them no longer, and schedulers add the next one. */
  async untie(storedIds: readonly string[]): Promise<void> {
    for (const id of storedIds) await this.#store.link.run(() => this.#untie(id));
  }

  async #untie(id: string): Promise<void> {
    const { Job } = await bullMq();
    const job = await Job.fromId(await this.#open(), id);
    if (job?.repeatJobKey !== undefined) return this.#repeat(id);
    // An earlier attempt, whose answer was lost, took it from its parent.
    if (job?.parentKey === undefined) return;
    try {
      await job.removeChildDependency();
    } catch (error) {
      // The job or its parent is gone: then nothing waits for it.
      if (!isRefused(error)) throw error;
    }
  }

  /** Removes its listeners from the connection; does not close the connection, which it does not own. */
  close(): void {
    this.#opened?.then((queue) => queue.close()).catch(() => undefined);
  }

  #move(id: string, isRepeated: boolean, move: (job: Job) => Promise<unknown>): Promise<boolean> {
    return this.#store.link.run(async (client, attempt) => {
      const job = await this.#read(id, client);
      if (job === undefined) return isRepeated || attempt > 1;
      try {
        await move(job);
        return true;
      } catch (error) {
        // The lease is not held, also if an earlier call whose answer was lost ended it.
        if (!isRefused(error)) throw error;
        const [starts, finishedOn] = await client.hmget(this.#store.key(id), 'ats', 'finishedOn');
        return starts === String(job.attemptsStarted) && finishedOn !== null;
      }
    });
  }

  /** Reads a job to be ended, without its data and options if BullMQ cannot read these: its end needs neither. */
  async #read(id: string, client: Client): Promise<Job | undefined> {
    const { Job } = await bullMq();
    const queue = await this.#open();
    try {
      return await Job.fromId(queue, id);
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
      const [name, starts, made] = await client.hmget(this.#store.key(id), 'name', 'ats', 'atm');
      if (name == null) return undefined;
      const job = new Job(queue, name, {}, {}, id);
      job.attemptsStarted = Number(starts);
      job.attemptsMade = Number(made);
      return job;
    }
  }

  #open(): Promise<Queue> {
    const { queueName, root, link } = this.#store;
    this.#opened ??= bullMq().then(({ Queue }) => {
      const queue = new Queue(queueName, {
        // BullMQ has the types of another copy of ioredis.
        connection: link.client as never,
        prefix: root,
        skipVersionCheck: true,
        skipMetasUpdate: true,
        skipWaitingForReady: true,
      });
      queue.on('error', () => undefined);
      return queue;
    });
    return this.#opened;
  }
}

/** Loads BullMQ when its first job is ended: most processes never meet one, and it takes longer to load than all of ours. */
function bullMq(): Promise<BullMq> {
  return import('bullmq');
}

/** Returns whether BullMQ refused a call: its codes are negative numbers. */
function isRefused(error: unknown): boolean {
  const code = codeOf(error);
  return typeof code === 'number' && code < 0;
}

async function failureOf(reason: string, stack?: string): Promise<Error> {
  const { UnrecoverableError } = await bullMq();
  const error = new UnrecoverableError(reason);
  if (stack !== undefined) error.stack = stack;
  return error;
}
