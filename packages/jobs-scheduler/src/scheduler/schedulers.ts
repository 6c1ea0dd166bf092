import type { JobOf, TimeValue } from '@philjs/jobs-core';
import {
  type EnqueueManyOptions,
  type EnqueueOptions,
  type IQueue,
  type IQueues,
  isJobsError,
  type JobDefinition,
  type JobDefinitions,
  type JobInput,
} from '@philjs/jobs-core';
import { invalidArgument } from '@philjs/jobs-core/backend';
import type { ScheduleOptions } from '../options/schedule-options.ts';
import type { CheckedLiterals } from '../patterns/literal-checks.ts';
import { checkSyncOptions } from './check-call-options.ts';
import type { ScheduleItem, ScheduleItems, SyncOptions, SyncResult } from './schedule-item.ts';
import { Scheduler } from './scheduler.ts';
import type { SchedulerOptions } from './scheduler-options.ts';
import { atIndex } from './sync-schedules.ts';

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
    date: TimeValue,
    enqueueOptions: Omit<EnqueueOptions, 'runAt' | keyof EnqueueManyOptions> = {},
  ): Promise<string> {
    return this.#of(this.#queues.queueOf(job)).scheduleOnce(job, payload, date, enqueueOptions);
  }

  /**
   * Declares all schedules of an owner at once, each in the queue of its job: see {@link Scheduler.sync}. Those of the owner
   * that are not in the list no longer tick, in any of the queues. All are checked before any is changed; then the queues are
   * changed at once, each in a step of its own. The owner is required: these queues may be used by other services as well,
   * whose schedules a list without an owner would remove.
   *
   * @returns what it did, over all queues
   * @throws JobsError as there, and when a job has no queue here
   */
  async sync<const TItems extends readonly ScheduleItem[]>(
    items: ScheduleItems<TJobs, TItems>,
    options: SyncOptions & { readonly owner: string },
  ): Promise<SyncResult> {
    checkOwner(options);
    const lists = this.#listsOf(items as readonly ScheduleItem[]);
    const prepared = await Promise.all(
      lists.map(async (list) => {
        const declare = await list.scheduler.prepareSync(list.items, options).catch(among(list));
        return () => declare().catch(among(list));
      }),
    );
    const results = await Promise.all(prepared.map((declare) => declare()));
    const all = (part: keyof SyncResult): readonly string[] =>
      results.flatMap((result) => result[part]);
    return {
      created: all('created'),
      updated: all('updated'),
      unchanged: all('unchanged'),
      removed: all('removed'),
      expired: all('expired'),
    };
  }

  /** Starts all: see {@link Scheduler.start}. */
  async start(): Promise<void> {
    await Promise.all(this.all.map((scheduler) => scheduler.start()));
  }

  /** Stops all: see {@link Scheduler.stop}. */
  async stop(): Promise<void> {
    await Promise.all(this.all.map((scheduler) => scheduler.stop()));
  }

  /** Lists the items of each queue, in the order of the queues; also of one that has none. */
  #listsOf(items: readonly ScheduleItem[]): readonly ItemsOfQueue[] {
    if (!Array.isArray(items)) throw invalidArgument('items', 'an array of schedules', items);
    const lists = this.all.map((scheduler) => ({
      ...{ scheduler, items: [] as ScheduleItem[], places: [] as number[] },
    }));
    for (const [place, item] of items.entries()) {
      try {
        const scheduler = this.#of(this.#queues.queueOf(item?.job));
        const list = lists.find((one) => one.scheduler === scheduler);
        list?.items.push(item);
        list?.places.push(place);
      } catch (error) {
        throw atIndex(error, place, item?.id);
      }
    }
    return lists;
  }

  #of(queue: IQueue): Scheduler {
    return this.all.find((scheduler) => scheduler.queue === queue) as Scheduler;
  }
}

/**
 * Checks that a list has an owner.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
function checkOwner(options: SyncOptions | undefined): void {
  const { owner } = checkSyncOptions(options ?? {});
  if (owner !== undefined) return;
  const advice =
    'Give the name of this service: the list removes what this owner declared before, in each of the queues, and nothing of other services.';
  throw invalidArgument('owner', 'a string', owner, advice);
}

/** Holds the items of one queue, and their places in the whole list. */
interface ItemsOfQueue {
  readonly scheduler: Scheduler;
  readonly items: readonly ScheduleItem[];
  readonly places: readonly number[];
}

/** Makes of an error about an item of a queue one about its place in the whole list. */
function among({ places }: ItemsOfQueue): (error: unknown) => never {
  return (error) => {
    const { index, scheduleId } = (isJobsError(error) && error.details) || {};
    const place = places[Number(index)];
    throw place === undefined ? error : atIndex((error as Error).cause, place, scheduleId);
  };
}
