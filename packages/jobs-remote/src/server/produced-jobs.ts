import { type EnqueueItem, followJob, type IQueue, type Job, JobsError } from '@philjs/jobs-core';
import { jobNotFoundError } from '@philjs/jobs-core/backend';
import { internalsOf, RESERVED_METADATA, readStoredKey } from '@philjs/jobs-core/internal';
import type { JobRequest } from '../protocol/job-request.ts';
import { type JobView, viewOf } from '../protocol/job-view.ts';
import { type Access, requireQueue } from './access.ts';
import { idempotent, refuseOtherRequest } from './idempotency.ts';
import { requireJob } from './job-scope.ts';
import type { Masks } from './masks.ts';
import {
  checkDependencies,
  isOwned,
  OWNER,
  ownKey,
  takenError,
  withoutContent,
} from './owned-jobs.ts';
import type { ServedQueue } from './served-queue.ts';
import { type StreamOptions, type StreamWriter, streamResponse } from './stream-response.ts';

/**
 * Enqueues and reads jobs for producers. One that does not operate reaches only what its token enqueued; with the role `read` it
 * sees the others masked.
 */
export class ProducedJobs {
  readonly #queue: IQueue;
  readonly #access: Access;
  readonly #token: string;
  readonly #isLimited: boolean;
  readonly #mayRead: boolean;
  readonly #masks: Masks | undefined;

  constructor(served: ServedQueue, access: Access) {
    const { name, roles } = access;
    this.#queue = served.queue;
    this.#access = access;
    this.#token = name;
    this.#isLimited = !roles.has('operate');
    this.#mayRead = roles.has('read') || roles.has('operate');
    this.#masks = served.masksFor(access);
  }

  /**
   * Enqueues a job. One with an idempotency key that the same request of the token was made with, within a day, is answered
   * with the job of that.
   *
   * @throws JobsError as `IQueue.enqueue`; `JOBS_CONFLICT` when another token's job has its id or key, or another request the
   * idempotency key
   */
  async enqueue(request: JobRequest, idempotencyKey?: string): Promise<JobView> {
    refuseReserved(request, 0);
    const { options } =
      idempotencyKey === undefined
        ? request
        : idempotent(this.#queue, request, this.#token, idempotencyKey);
    const [item] = await this.#itemsOf([{ ...request, options }]);
    const { job: name, payload, options: own } = item as EnqueueItem<string>;
    const job = await this.#stored(this.#queue.enqueue(name, payload as never, own));
    const view = this.#own(job, 0);
    if (idempotencyKey !== undefined) refuseOtherRequest(job, request);
    return view;
  }

  /** Enqueues jobs, or none if one is bad. @throws JobsError as {@link enqueue}, with the index */
  async enqueueMany(requests: readonly JobRequest[]): Promise<readonly JobView[]> {
    for (const [index, request] of requests.entries()) refuseReserved(request, index);
    const items = await this.#itemsOf(requests);
    const jobs = await this.#stored(this.#queue.enqueueMany(items as never));
    return (jobs as readonly Job[]).map((job, index) => this.#own(job, index));
  }

  /** Reads a job. @throws JobsError `JOBS_NOT_FOUND`, also for one of another token */
  async get(id: string): Promise<JobView> {
    return this.#viewOf(await this.#find(id));
  }

  /** Waits until a job has ended, or the time is over; returns it as it is then. @throws JobsError `JOBS_NOT_FOUND` */
  async wait(id: string, timeoutMs: number, signal: AbortSignal): Promise<JobView> {
    let last = await this.#find(id);
    const { clock } = this.#queue;
    const over = new AbortController();
    const timer = clock.setTimeout(() => over.abort(), timeoutMs, { background: true });
    const ends = AbortSignal.any([signal, over.signal]);
    try {
      for await (const job of followJob(this.#queue, last, { signal: ends })) last = job;
    } finally {
      clock.clearTimeout(timer);
    }
    return this.#viewOf(last);
  }

  /** Streams the states of a job until it has ended. @throws JobsError `JOBS_NOT_FOUND` */
  async events(id: string, options: StreamOptions): Promise<Response> {
    const job = await this.#find(id);
    return streamResponse(options, (writer) => this.#send(job, writer));
  }

  /** Cancels a job. @throws JobsError `JOBS_NOT_FOUND` */
  async cancel(id: string, reason: string | undefined): Promise<{ readonly outcome: string }> {
    const job = await this.#find(id);
    if (!this.#reaches(job)) throw jobNotFoundError(id);
    const outcome = await this.#queue.cancelJob(id, { reason });
    if (outcome === 'not-found') throw jobNotFoundError(id);
    return { outcome };
  }

  /** Puts a failed or cancelled job back. @throws JobsError `JOBS_NOT_FOUND`, `JOBS_CONFLICT` */
  async retry(id: string): Promise<{ readonly retried: boolean }> {
    return { retried: await this.#queue.retryJob(id) };
  }

  async #send(job: Job, { send, end, signal }: StreamWriter): Promise<void> {
    for await (const state of followJob(this.#queue, job, { signal })) {
      send('job', this.#viewOf(state));
    }
    send('end', {});
    end();
  }

  async #find(id: string): Promise<Job> {
    const job = await this.#queue.getJob(id);
    if (job !== undefined && (this.#mayRead || this.#reaches(job))) return job;
    throw jobNotFoundError(id);
  }

  #reaches(job: Job): boolean {
    return !this.#isLimited || isOwned(job, this.#token);
  }

  async #stored<T>(call: Promise<T>): Promise<T> {
    return call.catch((error: unknown) => {
      throw this.#isLimited ? withoutContent(error) : error;
    });
  }

  async #itemsOf(requests: readonly JobRequest[]): Promise<EnqueueItem<string>[]> {
    const { roles } = this.#access;
    for (const { name, options } of requests) {
      if (!roles.has('work')) requireJob(this.#access, name);
      for (const given of options?.dependsOn ?? []) {
        if (typeof given === 'object') requireQueue(this.#access, given.queue ?? this.#queue.name);
      }
    }
    if (this.#isLimited) await this.#checkReach(requests);
    return Promise.all(requests.map((request) => this.#itemOf(request)));
  }

  /** Refuses ids and dependencies that the token does not reach, before anything is stored. */
  async #checkReach(requests: readonly JobRequest[]): Promise<void> {
    const queueName = this.#queue.name;
    const jobs = requests.map(({ options: { jobId = '', dependsOn = [] } = {} }) => ({
      id: jobId,
      dependsOn: dependsOn.map((given) =>
        typeof given === 'string'
          ? { queueName, id: given }
          : { queueName: given.queue ?? queueName, id: given.id },
      ),
    }));
    await checkDependencies(this.#queue, jobs, this.#token);
    for (const [index, { id }] of jobs.entries()) {
      const taken = id === '' ? undefined : await this.#queue.getJob(id);
      if (taken !== undefined && !this.#reaches(taken)) throw takenError(index);
    }
  }

  async #itemOf(request: JobRequest): Promise<EnqueueItem<string>> {
    const { name, options = {} } = request;
    const payload = this.#read(name, request.payload);
    const given = { ...options, metadata: { ...options.metadata, [OWNER]: this.#token } };
    const item = { job: name, payload, options: given } as EnqueueItem<string>;
    return this.#isLimited ? this.#withOwnKey(item) : item;
  }

  /** Gives a job that may take over another one a key of its token. */
  async #withOwnKey(item: EnqueueItem<string>): Promise<EnqueueItem<string>> {
    const { job: name, payload, options = {} } = item;
    const { dependsOn: _, ...rest } = options;
    const wanted = rest.deduplicate ?? this.#queue.getDefinition(name)?.deduplicate;
    if (wanted === undefined || typeof wanted === 'string') return item;
    const { deduplication } = await this.#queue.prepare(name, payload, rest);
    if (deduplication === undefined || deduplication.mode === 'drop') return item;
    const { mode, ttlMs: ttl, maxWaitMs: maxWait } = deduplication;
    const { key, scope } = readStoredKey(deduplication.key, name);
    const own = { key: ownKey(key, this.#token), scope, mode, ttl, maxWait };
    return { ...item, options: { ...options, deduplicate: own } };
  }

  /** Reads a payload by the codec of its job. */
  #read(name: string, payload: JobRequest['payload']): unknown {
    const read = internalsOf(this.#queue).decodePayload(name, payload);
    if (read !== undefined || payload === undefined) return read;
    const message = `The codec of job \`${name}\` reads nothing from the payload. Send what the codec writes.`;
    throw new JobsError('JOBS_INVALID_PAYLOAD', message, { details: { name } });
  }

  /** Refuses a job that another token enqueued: this one may know neither its content nor that it ran. */
  #own(job: Job, index: number): JobView {
    if (!this.#reaches(job)) throw takenError(index);
    return this.#viewOf(job);
  }

  #viewOf(job: Job): JobView {
    return this.#masks?.view(job) ?? viewOf(job, internalsOf(this.#queue).codecOf(job.name));
  }
}

/** Refuses names that only the server gives. @throws JobsError `JOBS_INVALID_ARGUMENT` */
function refuseReserved({ options = {} }: JobRequest, index: number): void {
  const { metadata = {}, deduplicate } = options;
  const key = typeof deduplicate === 'object' ? deduplicate.key : deduplicate;
  const names = [...Object.keys(metadata), ...(key ? [key] : [])];
  if (!names.some((name) => name.startsWith(RESERVED_METADATA))) return;
  const message = `Expected \`jobs[${index}]\` to have no metadata and no key that begins with \`${RESERVED_METADATA}\`: such names are those of the server.`;
  throw new JobsError('JOBS_INVALID_ARGUMENT', message, { details: { field: 'options', index } });
}
