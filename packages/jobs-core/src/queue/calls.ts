import type { JobDefinition, JobInput, JobResult } from '../job/job-definition.ts';
import type { EnqueueManyOptions, EnqueueOptions } from './enqueue-options.ts';
import type { JobDefinitions, JobOf } from './known-jobs.ts';

/** Says how one job is called: as it is enqueued, but for these. */
export interface CallOptions extends Omit<EnqueueOptions, keyof EnqueueManyOptions | 'timeout'> {
  /** How long the call may take, waiting and all attempts included, in milliseconds. @default for ever */
  readonly timeout?: number | undefined;
  /** Ends the call when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/** Is the tuple of arguments of `call` after the job: a payload that may be `undefined`, or is not known, may be left out. */
export type CallArgs<TInput> = [TInput] extends [never]
  ? [payload?: unknown, options?: GivenOptions]
  : undefined extends TInput
    ? [payload?: TInput, options?: GivenOptions]
    : [payload: TInput, options?: GivenOptions];

/** Has a name so that generic functions can pass theirs on. */
type GivenOptions = CallOptions | undefined;

/** Calls jobs as functions that run elsewhere: the part that one queue and many have in common. */
export interface Calls<TJobs extends JobDefinitions = JobDefinitions> {
  /**
   * Enqueues a job, waits for it on whatever process it runs, and returns its result. When `signal` aborts or `timeout`
   * passes, the job is cancelled, if this call created it: one that had the `jobId` or the deduplication key before
   * goes on. A process that ends within a call cancels nothing.
   *
   * @throws the job's error, as `waitFor` does; JobsError as `enqueue`; `JOBS_TIMEOUT` and `JOBS_ABORTED` when the caller
   * gave up, with `details.jobId` and, as `cancelJob` answers, `details.cancelled`
   */
  call<TJob extends JobDefinition | TJobs[number]['name']>(
    job: TJob,
    ...args: CallArgs<JobInput<JobOf<TJobs, TJob>>>
  ): Promise<JobResult<JobOf<TJobs, TJob>>>;
  /**
   * Accepts no call. Compilers compare methods with several signatures loosely; see `IQueue.enqueue`.
   *
   * @internal
   */
  call(job: never, payload: never, options: never, none: never): Promise<never>;
}
