import { checkOptions } from '../check/argument.ts';
import type { Clock } from '../clock/clock.ts';
import type { Backend, CancelResult } from '../contract/backend.ts';
import type { NewJob } from '../contract/new-job.ts';
import type { SeenWorker, WorkerRequest } from '../contract/worker-info.ts';
import { queueClosedError } from '../errors/error-factories.ts';
import { Guard } from '../guard/guard.ts';
import { guardBackend } from '../guard/guarded-backend.ts';
import { checkId } from '../job/check-name.ts';
import type { Codec } from '../job/codec.ts';
import type { JobDefinition, JobInput, JobResult } from '../job/job-definition.ts';
import { JobRegistry } from '../job/job-registry.ts';
import type { Logger } from '../logger/logger.ts';
import { MetricsRecorder } from '../metrics/metrics-recorder.ts';
import { groupOf } from '../queues/queues.ts';
import { DEAD_LETTER } from '../run/dead-letter.ts';
import { keepInternals, type QueueInternals } from '../run/queue-internals.ts';
import { type RunServices, resultLimitOf } from '../run/run-services.ts';
import type { ActOptions, CancelOptions, StatusOptions } from './act-options.ts';
import { checkProcessOptions } from './check-process-options.ts';
import { refuseDependsOn } from './depends-on.ts';
import type { EnqueueArgs } from './enqueue-args.ts';
import type { EnqueueManyOptions, EnqueueOptions } from './enqueue-options.ts';
import { Enqueuer } from './enqueuer.ts';
import { EventHub } from './event-hub.ts';
import type { Explanation } from './explanation.ts';
import type { Job } from './job.ts';
import { JobAdmin } from './job-admin.ts';
import type {
  BulkQuery,
  CancelQuery,
  GetJobsOptions,
  GetLogsOptions,
  JobList,
  JobLog,
} from './job-query.ts';
import type { UpdateJobOptions } from './job-updates.ts';
import type { JobDefinitions, JobOf } from './known-jobs.ts';
import { JobPreparer } from './prepare-job.ts';
import type { ProcessOptions } from './process-options.ts';
import { QueueControls } from './queue-controls.ts';
import type {
  AnyQueueEvent,
  QueueEventMap,
  QueueEventName,
  QueueListener,
} from './queue-events.ts';
import type {
  EnqueueItem,
  EnqueueItems,
  IQueue,
  QueueStats,
  StopOptions,
  WaitOptions,
} from './queue-interface.ts';
import {
  type BackendQueueOptions,
  type ResolvedQueueOptions,
  resolveQueueOptions,
} from './queue-options.ts';
import { adoptOrder, ordersOf } from './queue-order.ts';
import { noteQueue } from './queues-of-store.ts';
import { requireVirtualTime } from './require-virtual-time.ts';
import { stopTimeout } from './stop-timeout.ts';
import type { StoredItems } from './stored-items.ts';
import { decode } from './to-job.ts';
import { waitForJob } from './wait-for-job.ts';
import { warnUnknown } from './warn-unknown.ts';
import { Worker } from './worker.ts';

/** Implements {@link IQueue}, once, over any backend. Made by `createQueue`. */
export class Queue<TJobs extends JobDefinitions = JobDefinitions>
  extends QueueControls<TJobs>
  implements IQueue<TJobs>
{
  readonly name: string;
  readonly backend: Backend;
  readonly clock: Clock;
  readonly logger: Logger;
  declare readonly jobTypes?: TJobs;
  readonly #options: ResolvedQueueOptions;
  readonly #registry: JobRegistry;
  readonly #events: EventHub;
  readonly #enqueuer: Enqueuer;
  readonly #preparer: JobPreparer;
  readonly #worker: Worker;
  readonly #admin: JobAdmin;
  readonly #metrics: MetricsRecorder | undefined;
  readonly #internals: QueueInternals;
  #opening: Promise<void> | undefined;
  #reaching: Promise<void> | undefined;
  #isOpen = false;
  /** Whether the backend is open, though the order of the queue may not be checked yet. */
  #isReached = false;
  #closing: Promise<void> | undefined;
  #isClosed = false;

  /**
   * Makes a queue; connects when it is first used.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT` naming the option, what was expected and what came
   */
  constructor(options: BackendQueueOptions<TJobs>) {
    super();
    const resolved = resolveQueueOptions(options);
    const { name, clock, logger, codec, backend, backendTimeout } = resolved;
    const context = { queueName: name, clock, logger };
    const made = typeof backend === 'function' ? backend(context) : backend;
    const engine = requireVirtualTime(made, clock);
    if (resolved.order !== undefined && resolved.order.policy !== 'fifo') ordersOf(engine);
    this.#options = resolved;
    this.name = name;
    this.clock = clock;
    this.logger = logger;
    const guard = new Guard(engine.name, clock, backendTimeout);
    const codecOf = (jobName = ''): Codec | undefined =>
      this.#registry.get(jobName)?.codec ?? (jobName === DEAD_LETTER ? undefined : codec);
    this.backend = guardBackend(engine, guard, (method, within) => this.#openFor(method, within));
    const onUnknown = resolved.unknownJobs === 'accept' ? warnUnknown(name, logger) : undefined;
    const admit = (job: JobDefinition): void => this.#worker?.admit(job); // none yet
    this.#registry = new JobRegistry(name, onUnknown, admit, resolved.defaultJobOptions);
    this.register(...resolved.jobs);
    this.#internals = keepInternals(this, { ...resolved, registry: this.#registry, codecOf });
    this.#events = new EventHub({
      ...context,
      backend: this.backend,
      codecOf,
      open: () => this.#open(),
    });
    this.#preparer = new JobPreparer({ ...resolved, codec });
    this.#enqueuer = new Enqueuer({
      queueName: name,
      backend: this.backend,
      registry: this.#registry,
      preparer: this.#preparer,
      middleware: resolved.enqueueMiddleware,
      codec,
      reportError: (error) => this.#events.emitError(error),
      internals: this.#internals,
    });
    const services = this.#services();
    this.#metrics = services.metrics;
    this.#admin = new JobAdmin({ services, preparer: this.#preparer, codecOf });
    this.#worker = new Worker({ ...resolved, backend: this.backend, services });
    this.#events.onClose(noteQueue({ ...resolved, queue: this, backend: engine }));
  }

  register(...jobs: readonly JobDefinition[]): void {
    for (const job of jobs) this.#registry.register(job);
  }

  getDefinition(name: string): JobDefinition | undefined {
    return this.#registry.get(name);
  }

  getDefinitions(): readonly JobDefinition[] {
    return this.#registry.all;
  }

  enqueue<TJob extends JobDefinition | TJobs[number]['name']>(
    job: TJob,
    ...args: EnqueueArgs<JobInput<JobOf<TJobs, TJob>>>
  ): Promise<Job<JobInput<JobOf<TJobs, TJob>>, JobResult<JobOf<TJobs, TJob>>>>;
  enqueue(job: never, payload: never, options: never, none: never): Promise<never>;
  // Not an async function: with a backend that returns synchronously, the caller's own promise is the only one.
  enqueue(job: JobDefinition | string, payload?: unknown, options?: EnqueueOptions): Promise<Job> {
    try {
      if (this.#isClosed) throw queueClosedError(this.name);
      const stored = this.#enqueuer.one(job, payload, options);
      return stored instanceof Promise ? stored : Promise.resolve(stored);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  enqueueMany<TItemJobs extends readonly (JobDefinition | TJobs[number]['name'])[]>(
    items: EnqueueItems<TJobs, TItemJobs>,
    options?: EnqueueManyOptions,
  ): Promise<StoredItems<TJobs, TItemJobs>>;
  enqueueMany(items: never, options: never, none: never): Promise<never>;
  async enqueueMany(items: readonly EnqueueItem[], options?: EnqueueManyOptions): Promise<Job[]> {
    if (this.#isClosed) throw queueClosedError(this.name);
    return this.#enqueuer.many(items, options);
  }

  async prepare(...[job, ...rest]: Parameters<IQueue['prepare']>): Promise<NewJob> {
    refuseDependsOn(rest[1]);
    return this.#preparer.prepare(this.#registry.resolve(job), ...rest);
  }

  async process(options: ProcessOptions = {}): Promise<void> {
    const { concurrency, onEnded } = checkProcessOptions(options);
    const { stops } = this.#worker;
    if (!this.#isUsable) await this.#use();
    await this.#worker.start(stops, { concurrency, onEnded });
  }

  async stop(options: StopOptions = {}): Promise<void> {
    await this.#worker.stop(stopTimeout(options));
  }

  async close(options: StopOptions = {}): Promise<void> {
    const timeout = stopTimeout(options); // which cuts short what is under way
    if (this.#closing !== undefined) void this.#worker.close(timeout);
    this.#closing ??= this.#close(timeout);
    return this.#closing;
  }

  async getJob(id: string): Promise<Job | undefined> {
    return this.#admin.getJob(id);
  }

  async getJobs(options?: GetJobsOptions): Promise<JobList> {
    return this.#admin.getJobs(options);
  }

  async getStats(): Promise<QueueStats> {
    return this.#admin.getStats();
  }

  async getLogs(id: string, options?: GetLogsOptions): Promise<JobLog> {
    return this.#admin.getLogs(id, options);
  }

  async getWorkers(): Promise<readonly SeenWorker[]> {
    return this.#admin.getWorkers();
  }

  async askWorker(id: string, request: WorkerRequest): Promise<void> {
    return this.#admin.askWorker(id, request);
  }

  async explain(id: string): Promise<Explanation> {
    return this.#admin.explain(id);
  }

  async removeJob(id: string, options?: StatusOptions): Promise<boolean> {
    return this.#admin.removeJob(id, options);
  }

  async retryJob(...args: Parameters<IQueue['retryJob']>): Promise<boolean> {
    return this.#admin.retryJob(...args);
  }

  async retryJobs(...args: Parameters<IQueue['retryJobs']>): Promise<number> {
    return this.#admin.retryJobs(...args);
  }

  async removeJobs(query?: BulkQuery): Promise<number> {
    return this.#admin.removeJobs(query);
  }

  async promoteJob(id: string, options?: ActOptions): Promise<boolean> {
    return this.#admin.promoteJob(id, options);
  }

  async promoteJobs(query?: BulkQuery): Promise<number> {
    return this.#admin.promoteJobs(query);
  }

  async updateJob(id: string, changes: UpdateJobOptions): Promise<void> {
    return this.#admin.updateJob(id, changes);
  }

  async rerunJob(...args: Parameters<IQueue['rerunJob']>): Promise<Job> {
    return this.#admin.rerunJob(...args);
  }

  async cancelJobs(query?: CancelQuery): Promise<number> {
    return this.#admin.cancelJobs(query);
  }

  async cancelJob(id: string, options?: string | CancelOptions): Promise<CancelResult> {
    return this.#admin.cancelJob(id, options);
  }

  waitFor<TResult>(job: Job<unknown, TResult>, options?: WaitOptions): Promise<TResult>;
  waitFor(job: Job | string, options?: WaitOptions): Promise<unknown>;
  async waitFor(job: Job | string, options: WaitOptions = {}): Promise<unknown> {
    const jobId = checkId('id', typeof job === 'string' ? job : job?.id);
    checkOptions('waitFor', options, ['timeout', 'signal']);
    if (this.#isClosed) throw queueClosedError(this.name);
    return waitForJob({
      jobId,
      wasStored: typeof job === 'object',
      options,
      backend: this.backend,
      clock: this.clock,
      events: this.#events,
      resultOf: (record) => decode(this.#admin.codecOf(record.name), record.result),
    });
  }

  on<TName extends QueueEventName>(event: TName, listener: QueueListener<TName>): () => void {
    return this.#events.on(event, listener);
  }

  once<TName extends QueueEventName>(event: TName, listener: QueueListener<TName>): () => void {
    return this.#events.once(event, listener);
  }

  off<TName extends QueueEventName>(event: TName, listener: QueueListener<TName>): void {
    this.#events.off(event, listener);
  }

  emit<TName extends QueueEventName>(event: QueueEventMap[TName]): void {
    this.#events.emitOwn(event);
  }

  events(options: Pick<WaitOptions, 'signal'> = {}): AsyncIterable<AnyQueueEvent> {
    return this.#events.stream(options);
  }

  #services(): RunServices {
    const { codec, clock, backoff, defaultJobOptions, maxResultBytes } = this.#options;
    const report: RunServices['reportError'] = (...error) => this.#events.emitError(...error);
    return {
      queue: this,
      queues: () => groupOf(this),
      backend: this.backend,
      clock,
      codec,
      middleware: this.#internals.middleware,
      registry: this.#registry,
      metrics: this.backend.metrics && new MetricsRecorder(this.backend.metrics, clock, report),
      enqueuer: this.#enqueuer,
      resultLimit: resultLimitOf(maxResultBytes),
      defaults: { ...defaultJobOptions, backoff, timeout: defaultJobOptions.timeout },
      reportError: report,
    };
  }

  get #isUsable(): boolean {
    return this.#isOpen && !this.#isClosed && this.#events.ready() === undefined;
  }

  #openFor(method: string, transaction?: unknown): Promise<void> | undefined {
    if (this.#isUsable) return undefined;
    // The order may be changed where it refuses that of this queue.
    if (method.startsWith('orders.')) return this.#reach();
    // Collected metrics are still stored while the queue closes.
    if (method === 'metrics.record' && this.#isOpen) return undefined;
    return method === 'events.subscribe' ? this.#open() : this.#use(transaction);
  }

  /** Opens the backend if need be, and waits until the listeners will miss nothing. */
  async #use(transaction?: unknown): Promise<void> {
    await this.#open(transaction);
    await this.#events.ready();
  }

  async #open(transaction?: unknown): Promise<void> {
    if (this.#isClosed) throw queueClosedError(this.name);
    if (this.#isOpen) return;
    this.#opening ??= this.#openInOrder(transaction);
    try {
      await this.#opening;
      this.#isOpen = true;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
    if (this.#isClosed) throw queueClosedError(this.name);
  }

  /** Opens the backend, and takes over the order of the queue. */
  async #openInOrder(transaction: unknown): Promise<void> {
    await this.#reach(transaction);
    await adoptOrder(this.backend, this.name, this.#options.order);
  }

  async #reach(transaction?: unknown): Promise<void> {
    if (this.#isClosed) throw queueClosedError(this.name);
    if (this.#isReached) return;
    this.#reaching ??= this.backend.open({ transaction });
    try {
      await this.#reaching;
      this.#isReached = true;
    } finally {
      this.#reaching = undefined;
    }
  }

  async #close(timeout: number): Promise<void> {
    // Handlers that still run may enqueue follow-ups; without any, nothing more is accepted.
    if (!this.#worker.isRunning) this.#isClosed = true;
    await this.#worker.close(timeout);
    // Cancellations made here are counted here, whether or not there was a worker.
    await this.#metrics?.flush();
    this.#isClosed = true;
    await this.#internals.close();
    await this.#events.close();
    try {
      await this.#opening?.catch(() => undefined);
      await this.backend.close();
    } catch (error) {
      this.#events.emitError(error);
    }
  }
}
