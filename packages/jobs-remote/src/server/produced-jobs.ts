import {
  type EnqueueItem,
  followJob,
  type IQueue,
  isJobsError,
  type Job,
  JobsError,
} from '@philjs/jobs-core';
import { jobNotFoundError } from '@philjs/jobs-core/backend';
import { internalsOf } from '@philjs/jobs-core/internal';
import type { JobRequest } from '../protocol/job-request.ts';
import { type JobView, viewOf } from '../protocol/job-view.ts';
import type { Access } from './access.ts';
import { isOwned, OWNER, takenError } from './owned-jobs.ts';
import { type StreamOptions, type StreamWriter, streamResponse } from './stream-response.ts';

/** Enqueues and reads jobs for producers. One with the role `produce` alone reaches only what its token enqueued. */
export class ProducedJobs {
  readonly #queue: IQueue;
  readonly #token: string;
  readonly #isLimited: boolean;

  constructor(queue: IQueue, { name, roles }: Access) {
    this.#queue = queue;
    this.#token = name;
    this.#isLimited = !['read', 'work', 'operate'].some((role) => roles.has(role as 'read'));
  }

  /**
   * Enqueues jobs, or none if one is bad.
   *
   * @throws JobsError as `IQueue.enqueue`; `JOBS_CONFLICT` when another token's job has an id or a key
   */
  async enqueue(requests: readonly JobRequest[]): Promise<readonly JobView[]> {
    const items = requests.map((request) => this.#itemOf(request));
    if (this.#isLimited) await this.#checkReach(requests);
    const [item] = items;
    try {
      const jobs =
        items.length === 1 && item !== undefined
          ? [await this.#queue.enqueue(item.job, item.payload as never, item.options)]
          : await this.#queue.enqueueMany(items as never);
      return (jobs as readonly Job[]).map((job, index) => this.#own(job, index));
    } catch (error) {
      const isTaken = isJobsError(error, 'JOBS_CONFLICT') && error.details?.['takenBy'];
      if (!isTaken || !this.#isLimited) throw error;
      throw takenError(Number(error.details?.['index'] ?? 0));
    }
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
    await this.#find(id);
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
    if (job !== undefined && this.#reaches(job)) return job;
    throw jobNotFoundError(id);
  }

  #reaches(job: Job): boolean {
    return !this.#isLimited || isOwned(job, this.#token);
  }

  /** Refuses ids of jobs that the token does not reach, before anything is stored. */
  async #checkReach(requests: readonly JobRequest[]): Promise<void> {
    for (const [index, { options = {} }] of requests.entries()) {
      const { jobId, dependsOn = [] } = options;
      const taken = jobId === undefined ? undefined : await this.#queue.getJob(jobId);
      if (taken !== undefined && !this.#reaches(taken)) throw takenError(index);
      const ofCall = new Set(requests.map((request) => request.options?.jobId));
      for (const given of dependsOn) {
        if (typeof given === 'string' && (ofCall.has(given) || (await this.#find(given)))) continue;
        const message = `\`jobs[${index}]\` can only wait for jobs of its queue that this token enqueued. Name them by their ids.`;
        throw new JobsError('JOBS_FORBIDDEN', message, { details: { index } });
      }
    }
  }

  #itemOf({ name, payload, options = {} }: JobRequest): EnqueueItem<string> {
    const metadata = { ...options.metadata, [OWNER]: this.#token };
    return {
      job: name,
      payload: this.#read(name, payload),
      options: { ...options, metadata },
    } as EnqueueItem<string>;
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
    return viewOf(job, internalsOf(this.#queue).codecOf(job.name));
  }
}
