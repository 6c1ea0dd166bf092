import type {
  EnqueueManyOptions,
  EnqueueOptions,
  IQueue,
  JobDefinition,
  JobDefinitions,
  JobInput,
  JobOf,
  TimeValue,
} from '@philjs/jobs-core';
import { queueClosedError } from '@philjs/jobs-core/backend';
import { checkOptions, checkTime, internalsOf, toError } from '@philjs/jobs-core/internal';
import { type DescribeOptions, describeCron } from '../describe/describe-cron.ts';
import type { SchedulerEventName, SchedulerListener } from '../events/scheduler-events.ts';
import { checkHistoryOptions, type HistoryOptions } from '../history/history-options.ts';
import type { JobRun } from '../history/job-run.ts';
import { readHistory } from '../history/read-history.ts';
import { SCHEDULE_OPTION_NAMES } from '../options/check-schedule-options.ts';
import type { ScheduleOptions } from '../options/schedule-options.ts';
import type { CheckedLiterals } from '../patterns/literal-checks.ts';
import {
  type ListSchedulesOptions,
  listScheduledJobs,
  type ScheduledJobs,
} from '../read/list-scheduled-jobs.ts';
import { type ScheduledJob, toScheduledJob } from '../read/scheduled-job.ts';
import { readSchedule } from '../spec/stored-schedule.ts';
import { type BackfillRange, type BackfillResult, backfill } from './backfill.ts';
import {
  checkQueue,
  checkSchedulerOptions,
  checkSyncOptions,
  checkTriggerOptions,
} from './check-call-options.ts';
import {
  checkScheduleId,
  declarationAt,
  makeSpec,
  makeTemplate,
  refuseOptions,
} from './make-spec.ts';
import { ownPayload } from './own-payload.ts';
import { previewSchedule, type SchedulePreview } from './preview-schedule.ts';
import type { ScheduleItem, ScheduleItems, SyncOptions, SyncResult } from './schedule-item.ts';
import type { SchedulerOptions } from './scheduler-options.ts';
import { type SchedulerParts, schedulerParts } from './scheduler-parts.ts';
import { checkItems, type DeclareList } from './sync-schedules.ts';
import type { TriggerOptions } from './trigger-options.ts';

/** How long `stop` waits for the payloads of ticks, in milliseconds. */
const PATIENCE_MS = 5_000;

/**
 * Keeps the schedules of a queue and fires them while it is started: one job for each tick, however
 * many processes run a scheduler of the queue. Schedules live as long as the queue's store does.
 *
 * @example
 * const scheduler = new Scheduler(queue);
 * await scheduler.schedule(report, { cron: CronPatterns.at(2, 0), timezone: 'Europe/Paris', payload: { full: true } });
 * await scheduler.start();
 */
export class Scheduler<TJobs extends JobDefinitions = JobDefinitions> {
  /** The queue its jobs go to. */
  readonly queue: IQueue<TJobs>;
  readonly #parts: SchedulerParts;
  #opening: Promise<unknown> | undefined;
  /** Forgets that it is to stop when its queue closes. */
  #forgetClosing: (() => void) | undefined;

  /**
   * Makes a scheduler; it uses the store when it is first used itself.
   *
   * @throws JobsError `JOBS_NOT_SUPPORTED` when the queue's backend keeps no schedules,
   * `JOBS_INVALID_ARGUMENT`
   */
  constructor(queue: IQueue<TJobs>, options: SchedulerOptions = {}) {
    checkQueue(queue);
    const clock = checkSchedulerOptions(options);
    this.queue = queue;
    this.#parts = schedulerParts(queue, {
      clock,
      ready: () => this.#ready(),
      report: (error) => this.#report(error),
    });
  }

  /**
   * Declares a schedule, or changes the one of this id; the same again changes nothing, so every
   * process may do it when it starts. A schedule whose times change ticks at the new times from
   * now on; its pause, its count of runs and its ledger stay.
   *
   * @returns the id of the schedule
   * @throws JobsError `JOBS_INVALID_ARGUMENT`, `JOBS_CONFLICT` when the id is another job's,
   * `JOBS_UNKNOWN_JOB`, `JOBS_INVALID_PAYLOAD`, `JOBS_PAYLOAD_NOT_SERIALIZABLE`,
   * `JOBS_PAYLOAD_TOO_LARGE`, `JOBS_BACKEND_UNAVAILABLE`
   */
  schedule<
    TJob extends JobDefinition | TJobs[number]['name'],
    const TCron extends string | readonly string[] = string,
    const TZone extends string = string,
  >(
    job: TJob,
    options: ScheduleOptions<JobInput<JobOf<TJobs, TJob>>> & CheckedLiterals<TCron, TZone>,
  ): Promise<string>;
  /**
   * Accepts no call. It makes a scheduler of known jobs assignable to `Scheduler`, and type errors refer to the
   * overload above.
   *
   * @internal
   */
  schedule(job: never, options: never, none: never): Promise<never>;
  async schedule(job: JobDefinition | string, options: ScheduleOptions): Promise<string> {
    await this.#ready();
    const now = await this.#parts.time.ask();
    const declaration = await makeSpec(this.queue, job, options, now);
    await this.#parts.declarer.declare(declaration, options, now);
    if (this.#parts.ticker.isRunning) void this.#parts.ticker.look();
    return declaration.id;
  }

  /**
   * Runs a job once at a date; at once when the date is past. The schedule and its entry in the
   * ledger are kept for a day after it ran.
   *
   * @returns the id of the schedule
   * @throws JobsError as {@link Scheduler.schedule}
   */
  async scheduleOnce<TInput, TResult, TOutput>(
    job: JobDefinition<string, TInput, TResult, TOutput>,
    payload: TInput,
    date: TimeValue,
    enqueueOptions: Omit<EnqueueOptions, 'runAt' | keyof EnqueueManyOptions> = {},
  ): Promise<string> {
    const at = checkTime('date', date);
    refuseOptions(enqueueOptions, ['runAt', 'transaction', 'signal']);
    await this.#ready();
    const use = { options: enqueueOptions, isForOne: true };
    const template = await makeTemplate(this.queue, job, payload, use);
    const declaration = declarationAt(at, template);
    await this.#parts.declarer.declare(declaration, {}, await this.#parts.time.ask());
    if (this.#parts.ticker.isRunning) void this.#parts.ticker.look();
    return declaration.id;
  }

  /**
   * Declares all schedules of an owner at once: those given are made or changed, also when their id belonged to
   * another job; every other schedule that `sync` declared for this owner no longer ticks. Those of other
   * owners, of `schedule` and of `scheduleOnce` are left alone. All are checked before any is changed.
   *
   * @throws JobsError as {@link Scheduler.schedule}, with `details.index` and `details.scheduleId`;
   * `JOBS_CONFLICT` also when an id belongs to another owner
   */
  async sync<const TItems extends readonly ScheduleItem[]>(
    items: ScheduleItems<TJobs, TItems>,
    options: SyncOptions = {},
  ): Promise<SyncResult> {
    return (await this.prepareSync(items as readonly ScheduleItem[], options))();
  }

  /** Checks a list for {@link Scheduler.sync}; returns what declares it. @internal */
  async prepareSync(items: readonly ScheduleItem[], options: SyncOptions): Promise<DeclareList> {
    const from = checkSyncOptions(options);
    await this.#ready();
    const { time, declarer, ticker } = this.#parts;
    const now = await time.ask();
    const declarations = await checkItems(items, (item) => {
      checkOptions('item', item, [...SCHEDULE_OPTION_NAMES, 'job']);
      const { job, ...rest } = item;
      return makeSpec(this.queue, job, rest, now);
    });
    return async () => {
      const result = await declarer.declareAll({ declarations, ...from, now }, items);
      if (ticker.isRunning) void ticker.look();
      return result;
    };
  }

  /**
   * Starts firing; resolves after the first look for due schedules. Failures of the store are `error` events of the queue,
   * and are tried again. Calling it again changes nothing. It stops by itself when the queue closes.
   *
   * @throws JobsError `JOBS_QUEUE_CLOSED` when the queue was closed before
   */
  async start(): Promise<void> {
    let isClosed = false;
    const forget = internalsOf(this.queue).whenClosed(() => {
      isClosed = true;
    });
    forget();
    if (isClosed) throw queueClosedError(this.queue.name);
    const started = this.#parts.ticker.start();
    this.#forgetClosing ??= internalsOf(this.queue).whenClosed(() => {
      void this.stop();
      this.#parts.makers.abandon();
    });
    return started;
  }

  /**
   * Stops firing, after work in progress is done. It waits five seconds for a payload that is being computed; its tick
   * then stays due. Schedules stay stored, and other processes continue.
   */
  async stop(): Promise<void> {
    const { ticker, watcher, settler, healer, recorder, makers, clock } = this.#parts;
    this.#forgetClosing?.();
    this.#forgetClosing = undefined;
    const giveUp = clock.setTimeout(() => makers.abandon(), PATIENCE_MS);
    // At once, since a queue that closes lets go of its store soon.
    void recorder.flush();
    try {
      await ticker.stop();
      await watcher.stop();
      await settler.done();
      // A step that settled meanwhile may have begun to listen again.
      await watcher.stop();
      await healer.done();
    } catch (error) {
      this.#report(error);
    }
    clock.clearTimeout(giveUp);
    await recorder.flush();
  }

  /** Whether it was started and not stopped. */
  get isRunning(): boolean {
    return this.#parts.ticker.isRunning;
  }

  /** Pauses a schedule, with an optional reason; it does not fire until it is resumed. Returns whether it exists. */
  async pause(id: string, note?: string): Promise<boolean> {
    checkScheduleId(id);
    await this.#ready();
    return this.#parts.admin.pause(id, note);
  }

  /** Resumes a schedule; ticks during the pause are skipped. Returns whether it exists. */
  async resume(id: string): Promise<boolean> {
    checkScheduleId(id);
    await this.#ready();
    return this.#parts.admin.resume(id);
  }

  /** Removes a schedule and its ledger; jobs it enqueued stay. Returns whether there was one. */
  async remove(id: string): Promise<boolean> {
    checkScheduleId(id);
    await this.#ready();
    return this.#parts.declarer.remove(id);
  }

  /**
   * Listens to the changes that this process makes: a schedule was made (`scheduled`), its declaration was changed
   * (`updated`),
   * or it was removed (`removed`), also by `sync`. Each change is one event in the process that made it; a declaration
   * that changes nothing is none. Events of ticks are `tick` events of the queue.
   *
   * @returns a function that ends it
   * @throws JobsError `JOBS_INVALID_ARGUMENT`
   */
  on<TName extends SchedulerEventName>(
    event: TName,
    listener: SchedulerListener<TName>,
  ): () => void {
    return this.#parts.listeners.add(event, listener);
  }

  /** Ends listening. */
  off<TName extends SchedulerEventName>(event: TName, listener: SchedulerListener<TName>): void {
    this.#parts.listeners.delete(event, listener);
  }

  /**
   * Runs a schedule's job now, whatever its overlap policy says and also while it is paused. It
   * does not count for `maxRuns`.
   *
   * @returns the id of the job; where another job holds its deduplication key, the id of that job
   * @throws JobsError `JOBS_NOT_FOUND`, `JOBS_CONFLICT` with `overlap: 'skip'` while a run has not ended,
   * `JOBS_INVALID_ARGUMENT`, and the errors of `enqueue` for a payload
   */
  async trigger(id: string, options: TriggerOptions = {}): Promise<string> {
    checkScheduleId(id);
    checkTriggerOptions(options);
    await this.#ready();
    const { admin } = this.#parts;
    if (!('payload' in options)) return admin.trigger(id, options);
    const { spec } = await admin.get(id);
    return admin.trigger(id, options, await ownPayload(this.queue, spec.job, options.payload));
  }

  /**
   * Enqueues the jobs of past ticks from `from` to `to` that have not run. They do not count for
   * `maxRuns`. The schedule remembers which ticks ran, independently of retention of its jobs and its ledger, so a
   * repeated call enqueues nothing twice.
   *
   * @returns the ids of the jobs it added, and as `known` those of ticks that ran before
   * @throws JobsError `JOBS_NOT_FOUND`, `JOBS_INVALID_ARGUMENT` for more than 10,000 ticks, or for a time so long ago
   * that it is no longer known which ticks ran
   */
  async backfill(id: string, range: BackfillRange): Promise<BackfillResult> {
    checkScheduleId(id);
    await this.#ready();
    const { admin, stepper, process } = this.#parts;
    const services = { admin, stepper, process };
    const result = await backfill(id, range, { ...services, now: await this.#parts.time.ask() });
    if (this.#parts.ticker.isRunning) void this.#parts.ticker.look();
    return result;
  }

  /**
   * Previews when a schedule fires next, as if it were not paused.
   *
   * @throws JobsError `JOBS_NOT_FOUND`
   */
  async nextRuns(id: string, count = 5): Promise<readonly Date[]> {
    checkScheduleId(id);
    await this.#ready();
    return this.#parts.admin.nextRuns(id, count);
  }

  /**
   * Previews when a schedule would fire if it were declared now; it stores nothing. With the `id` of one that is stored, as a
   * change of that: its runs, its interval and its due ticks count. The count is 1 to 10,000.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT`, also when it would never tick; `JOBS_CONFLICT` for another `revision`
   */
  async preview<
    const TCron extends string | readonly string[] = string,
    const TZone extends string = string,
  >(
    schedule: SchedulePreview & CheckedLiterals<TCron, TZone>,
    count = 5,
  ): Promise<readonly Date[]> {
    await this.#ready();
    const { store, time } = this.#parts;
    return previewSchedule(store, schedule as SchedulePreview, count, await time.ask());
  }

  /** Describes a cron pattern in plain language; see {@link describeCron}. */
  describe(cron: string, options?: DescribeOptions): string {
    return describeCron(cron, options);
  }

  /** Reads a schedule, with all its declared options; `undefined` when there is none of this id. */
  async getScheduledJob(id: string): Promise<ScheduledJob | undefined> {
    checkScheduleId(id);
    await this.#ready();
    const record = await this.#parts.store.get({ id });
    const schedule = record && readSchedule(record);
    return schedule === undefined || schedule.state.removed !== undefined
      ? undefined
      : toScheduledJob(this.queue, schedule, this.#parts.time.now());
  }

  /**
   * Lists schedules of the queue, by id: all, those of an owner, those that a search finds, a page at a time. Those
   * that a later version of this package wrote are left out.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT`
   */
  async getAllScheduledJobs(options: ListSchedulesOptions = {}): Promise<ScheduledJobs> {
    await this.#ready();
    return listScheduledJobs(this.queue, this.#parts.store, options, this.#parts.time.now());
  }

  /**
   * Reads the ledger of one schedule or of all, latest tick first. Of each schedule it holds the 100 ticks decided
   * last, or as many as its `history` says.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT`
   */
  async getJobHistory(id?: string, options: HistoryOptions = {}): Promise<readonly JobRun[]> {
    if (id !== undefined) checkScheduleId(id);
    const limit = checkHistoryOptions(options);
    await this.#ready();
    return readHistory({ backend: this.queue.backend, store: this.#parts.store, id, limit });
  }

  /** Opens the queue, which any of its calls does. */
  async #ready(): Promise<void> {
    this.#opening ??= this.queue.isPaused();
    try {
      await this.#opening;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }

  #report(thrown: unknown): void {
    const { name: queueName } = this.queue;
    const at = new Date(this.#parts.clock.now());
    this.queue.emit({ type: 'error', queueName, at, error: toError(thrown) });
  }
}
