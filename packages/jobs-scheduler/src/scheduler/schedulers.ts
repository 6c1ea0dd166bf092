import {
  type EnqueueOptions,
  type IQueue,
  type IQueues,
  invalidArgument,
  type JobDefinition,
  type JobDefinitions,
  type JobInput,
} from '@philjs/jobs-core';
import type { JobOf } from '@philjs/jobs-core/backend';
import type { ScheduleOptions } from '../options/schedule-options.ts';
import type { CheckedLiterals } from '../patterns/literal-checks.ts';
import { Scheduler, type SchedulerOptions } from './scheduler.ts';

/**
 * Keeps the schedules of many queues: one {@link Scheduler} for each, used as one. Each schedule belongs to the queue of
 * its job. Iterates over its schedulers, in the order of the queues.
 *
 * @example
 * const schedulers = new Schedulers(queues);
 * await schedulers.schedule(nightlyReport, { cron: '0 2 * * *' });
 * await schedulers.start();
 */
export class Schedulers<TJobs extends JobDefinitions = JobDefinitions>
  implements Iterable<Scheduler>
{
  /** The schedulers, in the order of the queues. */
  readonly all: readonly Scheduler[];
  readonly #queues: IQueues;

  /**
   * Makes a scheduler for each queue; none uses its store before it is used itself.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT`, and as `new Scheduler`
   */
  constructor(queues: IQueues<string, TJobs>, options: SchedulerOptions = {}) {
    if (typeof queues !== 'object' || typeof queues?.[Symbol.iterator] !== 'function') {
      const advice = 'Make them with `createQueues`, or a `Scheduler` for one queue.';
      throw invalidArgument('queues', 'the queues of a `createQueues`', queues, advice);
    }
    this.#queues = queues as unknown as IQueues;
    this.all = Object.freeze([...queues].map((queue) => new Scheduler(queue, options)));
  }

  /** Iterates over the schedulers. */
  [Symbol.iterator](): Iterator<Scheduler> {
    return this.all[Symbol.iterator]();
  }

  /**
   * Returns the scheduler of one of the queues, for all that is not here.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT` when there is none of this name
   */
  get(queueName: string): Scheduler {
    return this.#of(this.#queues.get(queueName));
  }

  /**
   * Declares a schedule in the queue of its job: see {@link Scheduler.schedule}.
   *
   * @returns the id of the schedule
   * @throws JobsError as there, and when the job has no queue here
   */
  async schedule<
    TJob extends JobDefinition | TJobs[number]['name'],
    const TCron extends string | readonly string[] = string,
    const TZone extends string = string,
  >(
    job: TJob,
    options: ScheduleOptions<JobInput<JobOf<TJobs, TJob>>> & CheckedLiterals<TCron, TZone>,
  ): Promise<string> {
    const scheduler = this.#of(this.#queues.queueOf(job));
    return scheduler.schedule(job as JobDefinition, options as never);
  }

  /**
   * Runs a job of its queue once at a date: see {@link Scheduler.scheduleOnce}.
   *
   * @returns the id of the schedule
   * @throws JobsError as there, and when the job has no queue here
   */
  async scheduleOnce<TInput, TResult, TOutput>(
    job: JobDefinition<string, TInput, TResult, TOutput>,
    payload: TInput,
    date: Date,
    enqueueOptions: Omit<EnqueueOptions, 'runAt' | 'transaction'> = {},
  ): Promise<string> {
    return this.#of(this.#queues.queueOf(job)).scheduleOnce(job, payload, date, enqueueOptions);
  }

  /** Starts all: see {@link Scheduler.start}. */
  async start(): Promise<void> {
    await Promise.all(this.all.map((scheduler) => scheduler.start()));
  }

  /** Stops all: see {@link Scheduler.stop}. */
  async stop(): Promise<void> {
    await Promise.all(this.all.map((scheduler) => scheduler.stop()));
  }

  #of(queue: IQueue): Scheduler {
    return this.all.find((scheduler) => scheduler.queue === queue) as Scheduler;
  }
}
