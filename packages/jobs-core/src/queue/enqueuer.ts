import { checkOptions, invalidArgument } from '../check/argument.ts';
import type { Backend } from '../contract/backend.ts';
import type { AddResult, NewJob } from '../contract/new-job.ts';
import { isJobsError, JobsError } from '../errors/jobs-error.ts';
import { notSupported } from '../errors/not-supported.ts';
import type { Codec } from '../job/codec.ts';
import type { JobDefinition } from '../job/job-definition.ts';
import type { JobRegistry } from '../job/job-registry.ts';
import type { MaybePromise } from '../lease/lease-store.ts';
import { deferred } from './deferred.ts';
import {
  type EnqueueContext,
  type EnqueueMiddleware,
  runEnqueueMiddleware,
} from './enqueue-middleware.ts';
import type { EnqueueOptions } from './enqueue-options.ts';
import type { Job } from './job.ts';
import type { JobPreparer } from './prepare-job.ts';
import type { EnqueueItem } from './queue-interface.ts';
import { newToJob, toJob } from './to-job.ts';

/** How many jobs go to the backend in one call. */
const BATCH = 1000;

interface EnqueuerOptions {
  readonly queueName: string;
  readonly backend: Backend;
  readonly registry: JobRegistry;
  readonly preparer: JobPreparer;
  readonly middleware: readonly EnqueueMiddleware[];
  readonly codec: Codec | undefined;
}

/** One job to enqueue, its definition found. */
interface EnqueueRequest {
  readonly definition: JobDefinition;
  readonly payload: unknown;
  readonly options: EnqueueOptions | undefined;
}

/** Stores jobs: through the middleware, prepared, a batch at a time. */
export class Enqueuer {
  readonly #options: EnqueuerOptions;

  constructor(options: EnqueuerOptions) {
    this.#options = options;
  }

  /** Stores one job. */
  async one(item: EnqueueItem): Promise<Job> {
    const request = this.#requestOf(item);
    if (this.#options.middleware.length > 0) {
      const context = this.#contextOf(request);
      return runEnqueueMiddleware(this.#options.middleware, context, () =>
        this.#storeOne(asLeft(request, context)),
      );
    }
    return this.#storeOne(request);
  }

  /** Stores many jobs; if one is bad, none. */
  async many(items: readonly EnqueueItem[]): Promise<Job[]> {
    if (!Array.isArray(items)) {
      throw invalidArgument('items', 'an array of `{ job, payload, options }`', items);
    }
    const requests = items.map((item: EnqueueItem, index) => {
      try {
        checkOptions('item', item, ['job', 'payload', 'options']);
        return this.#requestOf(item);
      } catch (error) {
        throw atIndex(error, index);
      }
    });
    if (this.#options.middleware.length > 0) return this.#manyThroughMiddleware(requests);
    const prepared: NewJob[] = [];
    for (const [index, request] of requests.entries()) {
      try {
        const job = this.#prepare(request);
        prepared.push(job instanceof Promise ? await job : job);
      } catch (error) {
        throw atIndex(error, index);
      }
    }
    return this.#store(prepared, requests);
  }

  #requestOf({ job, payload, options }: EnqueueItem): EnqueueRequest {
    return { definition: this.#options.registry.resolve(job), payload, options };
  }

  async #storeOne(request: EnqueueRequest): Promise<Job> {
    const prepared = this.#prepare(request);
    const job = prepared instanceof Promise ? await prepared : prepared;
    const [result] = await this.#options.backend.add({ jobs: [job] });
    return this.#answer(job, result as AddResult, request.definition);
  }

  async #store(jobs: readonly NewJob[], requests: readonly EnqueueRequest[]): Promise<Job[]> {
    const answers: Job[] = [];
    for (let start = 0; start < jobs.length; start += BATCH) {
      const batch = jobs.slice(start, start + BATCH);
      const results = await this.#options.backend.add({ jobs: batch });
      for (const [index, result] of results.entries()) {
        const job = batch[index] as NewJob;
        const { definition } = requests[start + index] as EnqueueRequest;
        const answer = this.#answer(job, result, definition);
        answers.push(answer instanceof Promise ? await answer : answer);
      }
    }
    return answers;
  }

  /**
   * Lets the middleware of all jobs run up to `next()`, stores what got there in batches, and then lets
   * them go on. One that throws before is named by its index, and nothing is stored.
   */
  async #manyThroughMiddleware(requests: readonly EnqueueRequest[]): Promise<Job[]> {
    const collected: { job: NewJob; request: EnqueueRequest; index: number }[] = [];
    const settle: { resolve: (job: Job) => void; reject: (error: unknown) => void }[] = [];
    const arrived: Promise<unknown>[] = [];
    const answers = requests.map((request, index) => {
      const arrival = deferred<void>();
      const context = this.#contextOf(request);
      const answer = runEnqueueMiddleware(this.#options.middleware, context, async () => {
        const job = await this.#prepare(asLeft(request, context));
        const stored = deferred<Job>();
        collected.push({ job, request, index });
        settle.push(stored);
        arrival.resolve();
        return stored.promise;
      }).catch((error) => Promise.reject(atIndex(error, index)));
      arrived.push(Promise.race([arrival.promise, answer]));
      return answer;
    });
    try {
      await Promise.all(arrived);
      const jobs = await this.#store(
        collected.map(({ job }) => job),
        collected.map(({ request }) => request),
      );
      for (const [position, job] of jobs.entries()) settle[position]?.resolve(job);
    } catch (error) {
      for (const { reject } of settle) reject(error);
      await Promise.allSettled(answers);
      throw error;
    }
    return Promise.all(answers);
  }

  #contextOf(request: EnqueueRequest): EnqueueContext {
    return {
      name: request.definition.name,
      queueName: this.#options.queueName,
      options: request.options ?? {},
      payload: request.payload,
    };
  }

  #prepare(request: EnqueueRequest): MaybePromise<NewJob> {
    const { backend, preparer } = this.#options;
    const job = preparer.prepare(request.definition, request.payload, request.options);
    if (job instanceof Promise) return job.then((ready) => requireSupport(backend, ready));
    return requireSupport(backend, job);
  }

  #answer(job: NewJob, result: AddResult, definition: JobDefinition): MaybePromise<Job> {
    const codec = definition.codec ?? this.#options.codec;
    return result.outcome === 'added' ? newToJob(job, codec) : this.#readKnown(job, result, codec);
  }

  async #readKnown(job: NewJob, { id }: AddResult, codec: Codec | undefined): Promise<Job> {
    const record = await this.#options.backend.get({ id });
    return record === undefined
      ? newToJob({ ...job, id }, codec, true)
      : toJob(record, codec, true);
  }
}

/** The request as the middleware left it. */
function asLeft(request: EnqueueRequest, { payload, options }: EnqueueContext): EnqueueRequest {
  return { ...request, payload, options };
}

function requireSupport(backend: Backend, job: NewJob): NewJob {
  if (job.deduplication !== undefined && !backend.capabilities.deduplication) {
    throw notSupported(backend.name, 'deduplication');
  }
  return job;
}

function atIndex(error: unknown, index: number): unknown {
  if (!isJobsError(error)) return error;
  return new JobsError(error.code, `items[${index}]: ${error.message}`, {
    cause: error,
    details: { ...error.details, index },
  });
}
