import type { JobDefinition, JobInput, JobResult } from '../job/job-definition.ts';
import type { Calls } from '../queue/calls.ts';
import type { EnqueueArgs } from '../queue/enqueue-args.ts';
import type { EnqueueManyOptions } from '../queue/enqueue-options.ts';
import type { Job } from '../queue/job.ts';
import type { JobDefinitions, JobOf } from '../queue/known-jobs.ts';
import type { QueueEventName, QueueListener } from '../queue/queue-events.ts';
import type {
  EnqueueItems,
  IQueue,
  QueueStats,
  StopOptions,
  WaitOptions,
} from '../queue/queue-interface.ts';
import type { QueueOptions } from '../queue/queue-options.ts';
import type { StoredItems } from '../queue/stored-items.ts';

/** The options of one of many queues: those of `createQueue` but its name and its store. */
export type QueuePart = Omit<QueueOptions, 'name'>;

/** Maps the name of each queue to its options. */
export interface QueueParts {
  readonly [name: string]: QueuePart;
}

/** Lists the definitions in the `jobs` of each queue, by its name. */
export type JobsByQueue<TParts> = {
  readonly [K in keyof TParts & string]: TParts[K] extends {
    readonly jobs: infer TJobs extends JobDefinitions;
  }
    ? TJobs
    : JobDefinitions;
};

/** Lists the definitions of several queues together, in no order. */
export type JobsOfParts<TParts, TShared extends JobDefinitions = readonly []> = readonly (
  | {
      readonly [K in keyof TParts]: TParts[K] extends {
        readonly jobs: infer TJobs extends JobDefinitions;
      }
        ? TJobs[number]
        : never;
    }[keyof TParts]
  | TShared[number]
)[];

/** Says which of many queues run their jobs. */
export interface ProcessQueuesOptions<TName extends string = string> {
  /** The queues whose jobs this process runs: at least one. @default all */
  readonly queues?: readonly TName[] | undefined;
  /** How many jobs of each queue this process runs at once, by name. @default the queue's `concurrency` */
  readonly concurrency?: { readonly [K in TName]?: number | undefined } | undefined;
}

/**
 * Uses many queues as one: each job goes to the queue of its definition. Made by `createQueues`; iterates over its
 * queues.
 *
 * @typeParam TName - the names of the queues
 * @typeParam TJobs - the definitions known by name
 * @typeParam TOwn - the definitions of each queue, by its name
 */
export interface IQueues<
  TName extends string = string,
  TJobs extends JobDefinitions = JobDefinitions,
  TOwn extends { readonly [K in TName]: JobDefinitions } = {
    readonly [K in TName]: JobDefinitions;
  },
> extends Calls<TJobs>,
    Iterable<IQueue> {
  /** The queues, in the order they were given. */
  readonly all: readonly IQueue[];

  /**
   * Returns one of the queues.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT` when there is none of this name
   */
  get<K extends TName>(name: K): IQueue<TOwn[K]>;
  /**
   * Finds the queue of a job: the one its definition names in `queue`, else the only one that knows it.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT` when there is none, or more than one; `JOBS_UNKNOWN_JOB` for a name that
   * no queue knows
   */
  queueOf(job: JobDefinition | string): IQueue;

  /**
   * Stores a job in its queue: see {@link IQueue.enqueue} and {@link queueOf}.
   *
   * @throws JobsError as both
   */
  enqueue<TJob extends JobDefinition | TJobs[number]['name']>(
    job: TJob,
    ...args: EnqueueArgs<JobInput<JobOf<TJobs, TJob>>>
  ): Promise<Job<JobInput<JobOf<TJobs, TJob>>, JobResult<JobOf<TJobs, TJob>>>>;
  /**
   * Accepts no call: see {@link IQueue.enqueue}.
   *
   * @internal
   */
  enqueue(job: never, payload: never, options: never, none: never): Promise<never>;
  /**
   * Stores many jobs, each in its queue. All are checked before any is stored, but queues are stored one after the
   * other: if one of them fails, those before it have stored theirs. With `transaction`, all are stored within it.
   * Items may wait for those of other queues of the same store, in one direction: jobs of the first queue may then run
   * before those that wait for them are stored.
   *
   * @throws JobsError as {@link IQueue.enqueueMany}
   */
  enqueueMany<TItemJobs extends readonly (JobDefinition | TJobs[number]['name'])[]>(
    items: EnqueueItems<TJobs, TItemJobs>,
    options?: EnqueueManyOptions,
  ): Promise<StoredItems<TJobs, TItemJobs>>;
  /**
   * Accepts no call: see {@link IQueue.enqueue}.
   *
   * @internal
   */
  enqueueMany(items: never, options: never, none: never): Promise<never>;
  /** Waits for a job that `enqueue` returned: see {@link IQueue.waitFor}. For an id, call that of its queue. */
  waitFor<TResult>(job: Job<unknown, TResult>, options?: WaitOptions): Promise<TResult>;
  /** Waits for one of jobs of several types. */
  waitFor(job: Job, options?: WaitOptions): Promise<unknown>;

  /**
   * Starts running jobs, of all queues or of some. If one of them cannot start, all of them stop again.
   *
   * @throws JobsError as {@link IQueue.process}; `JOBS_INVALID_ARGUMENT` when `queues` names none, or one that is not here
   */
  process(options?: ProcessQueuesOptions<TName>): Promise<void>;
  /** Ends all workers: see {@link IQueue.stop}. */
  stop(options?: StopOptions): Promise<void>;
  /** Closes all queues: see {@link IQueue.close}. */
  close(options?: StopOptions): Promise<void>;

  /** Counts the jobs of each queue, by its name. */
  getStats(): Promise<{ readonly [K in TName]: QueueStats }>;
  /** Listens to an event of all queues, whose `queueName` says which one; returns a function that ends it. */
  on<TEvent extends QueueEventName>(event: TEvent, listener: QueueListener<TEvent>): () => void;
  /** Listens to the next event of a kind, of whatever queue; returns a function that ends it. */
  once<TEvent extends QueueEventName>(event: TEvent, listener: QueueListener<TEvent>): () => void;
  /** Ends listening. */
  off<TEvent extends QueueEventName>(event: TEvent, listener: QueueListener<TEvent>): void;
}
