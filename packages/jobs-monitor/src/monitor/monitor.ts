import type { BulkQuery, QueueStats } from '@philjs/jobs-core';
import { type Clock, type IQueue, isJobsError } from '@philjs/jobs-core';
import type { Redactor } from '@philjs/jobs-core/redact';
import { standaloneDocument } from '../dashboard/page/standalone-document.ts';
import { acknowledgeMatching } from '../failures/acknowledge-matching.ts';
import { FailureWatches } from '../failures/failure-watches.ts';
import type { FailureScan } from '../failures/scan-failures.ts';
import { type JobMetrics, jobMetrics } from '../metrics/job-metrics.ts';
import {
  checkHistoryParams,
  type HistoryParams,
  type HistoryPoint,
  readHistory,
} from '../metrics/metrics-history.ts';
import type { QueueMetrics } from '../metrics/queue-metrics.ts';
import { MINUTE_MS } from '../metrics/read-buckets.ts';
import type { Tally } from '../metrics/tally.ts';
import { loadOverview } from '../pages/overview/load-overview.ts';
import { prometheusPage } from '../prometheus/prometheus-page.ts';
import { RunningTotals } from '../prometheus/running-totals.ts';
import type { MonitoredRun, MonitoredScheduler } from '../schedules/monitored-scheduler.ts';
import {
  type AttachedScheduler,
  readReachable,
  readRunHistory,
  readSchedules,
  type ScheduleOverview,
  type SchedulesRead,
} from '../schedules/schedule-overview.ts';
import { assessHealth } from './assess-health.ts';
import { checkQueues, checkSchedulers, findQueue } from './check-monitored.ts';
import { type JobDetail, readJobDetail } from './job-detail.ts';
import { mayGoOn } from './may-go-on.ts';
import type { MetricsExport } from './metrics-export.ts';
import type { MetricsSnapshot } from './metrics-snapshot.ts';
import {
  type MonitorOptions,
  type ResolvedMonitorOptions,
  resolveMonitorOptions,
} from './monitor-options.ts';
import { type Reading, readAll } from './reading.ts';
import type { SystemHealth } from './system-health.ts';
import { type HealthCheck, Watch } from './watch.ts';

/** The span that `getMetrics` covers, in milliseconds. */
const WINDOW_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Holds the data of the overview page, from one reading of all queues and schedules. */
export interface MonitorOverview {
  /** The figures of the last hour. */
  readonly metrics: JobMetrics;
  /** The health, with all problems. */
  readonly health: SystemHealth;
  /** The schedules, the next to fire first. */
  readonly schedules: readonly ScheduleOverview[];
  /** The latest 2,000 failed jobs of each queue, grouped by cause. */
  readonly failures: ReadonlyMap<string, FailureScan>;
}

/** Says how many jobs wait, ready or for their time. */
export type Backlog = Pick<QueueStats, 'waiting' | 'delayed'>;

/**
 * Reports on queues and schedules. Workers measure the figures and the backend keeps them, merged over
 * all processes, so they exist whether or not a monitor runs: you may make a monitor for a single question.
 * A running monitor also samples how many jobs there are and reports changes of the health.
 */
export class Monitor {
  /** The monitored queues. */
  readonly queues: readonly [IQueue, ...IQueue[]];
  /** The monitored schedulers, each with its queue. */
  readonly schedulers: readonly AttachedScheduler[];
  /** The failed jobs of its queues, by cause. */
  readonly failures: FailureWatches;
  /** The clock of the first queue, from which all times come. */
  readonly clock: Clock;
  readonly #options: ResolvedMonitorOptions;
  readonly #totals: ReadonlyMap<string, RunningTotals>;
  readonly #lastKnown = new Map<string, { readonly metrics: QueueMetrics; readonly at: number }>();
  readonly #watch: Watch;

  /**
   * Makes a monitor. Reads nothing before the first call. Queues may be those of `createQueues`. Several schedulers are
   * given in the order of their queues.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT`
   */
  constructor(
    queue: IQueue | Iterable<IQueue>,
    scheduler?: MonitoredScheduler | Iterable<MonitoredScheduler>,
    options: MonitorOptions = {},
  ) {
    this.#options = resolveMonitorOptions(options);
    this.queues = checkQueues(queue);
    const [first] = this.queues;
    this.clock = first.clock;
    this.schedulers = checkSchedulers(scheduler).map((one, index) => ({
      scheduler: one,
      queueName: one.queue?.name ?? (this.queues[index] ?? first).name,
    }));
    this.#totals = new Map(this.queues.map((one) => [one.name, new RunningTotals(one)]));
    this.failures = new FailureWatches(this.queues, this.#options.redactor);
    this.#watch = new Watch({
      ...this.#options,
      clock: this.clock,
      logger: first.logger,
      sample: () => this.#sample(),
      check: () => this.#check(),
    });
  }

  /** Starts to sample how many jobs there are and to watch the health. Does nothing when it runs already. */
  start(): void {
    this.#watch.start();
  }

  /** Stops sampling and watching. All other methods still work. */
  stop(): void {
    this.#watch.stop();
  }

  /**
   * Returns the metrics of all queues, from what their workers measured in the last hour.
   *
   * @throws JobsError `JOBS_BACKEND_UNAVAILABLE` when no queue answers
   */
  async getMetrics(): Promise<JobMetrics> {
    return this.#metricsOf(await this.#read());
  }

  /**
   * Lists the figures of past intervals, oldest first, the one under way last: as many as
   * `metricsHistorySize` and 24 hours allow, each `metricsInterval` long, rounded up to minutes.
   *
   * @throws JobsError `JOBS_BACKEND_UNAVAILABLE`
   */
  async getMetricsHistory(): Promise<MetricsSnapshot[]> {
    const { metricsInterval, metricsHistorySize } = this.#options;
    const stepMs = Math.ceil(metricsInterval / MINUTE_MS) * MINUTE_MS;
    const windowMs = Math.max(stepMs, Math.min(DAY_MS, metricsHistorySize * stepMs));
    const points = await this.getHistory({ windowMs, stepMs });
    return points.map(({ at, metrics }) => {
      const queueStats = this.#watch.samples.within(at, at + stepMs);
      return { timestamp: new Date(at), metrics, ...(queueStats && { queueStats }) };
    });
  }

  /**
   * Reads the measurements of workers in steps of whole minutes, of all queues, some or one.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT`, `JOBS_NOT_FOUND` for an unknown queue, `JOBS_BACKEND_UNAVAILABLE`
   */
  async getHistory(
    params: HistoryParams & { readonly queue?: string; readonly queues?: readonly string[] },
  ): Promise<HistoryPoint[]> {
    const { queue, queues: among, ...rest } = params;
    checkHistoryParams(params);
    const names = queue === undefined ? among : [queue];
    const queues = names?.map((name) => this.getQueue(name)) ?? this.queues;
    await Promise.all(queues.map((one) => one.isPaused()));
    return readHistory(queues, this.clock.now(), rest);
  }

  /** Returns the health, with all problems. A queue that cannot be reached is a problem too. */
  async getHealth(): Promise<SystemHealth> {
    return (await this.#check()).health;
  }

  /**
   * Returns the results of `getMetrics`, `getHealth` and `getScheduledJobsOverview` from one reading.
   * Queues whose store is away are missing from the figures, and the health names them. A `redactor`
   * replaces the monitor's own.
   */
  async getOverview(
    options: { readonly redactor?: Redactor | undefined } = {},
  ): Promise<MonitorOverview> {
    const reading = await this.#read();
    const [{ schedules }, failures] = await Promise.all([
      this.#schedules(reading),
      this.failures.readAll(reading, options.redactor),
    ]);
    const metrics = jobMetrics(reading.readings, this.clock.now(), WINDOW_MS);
    return { metrics, health: this.#healthOf(reading, schedules, failures), schedules, failures };
  }

  /**
   * Acknowledges the failed jobs of a queue that match a search, so that the health no longer counts them;
   * returns how many. A job that is retried and fails again counts again.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT`, `JOBS_NOT_FOUND`, `JOBS_NOT_SUPPORTED` when the backend has no updates
   */
  async acknowledge(queueName: string, search = ''): Promise<number> {
    const changed = await acknowledgeMatching(
      this.getQueue(queueName),
      search,
      this.#options.redactor,
    );
    this.failures.forget();
    return changed;
  }

  /** Returns the metrics of a queue from when it last answered this monitor; `undefined` when it never did. */
  lastKnown(queue: string): { readonly metrics: QueueMetrics; readonly at: number } | undefined {
    return this.#lastKnown.get(queue);
  }

  /** Finds a monitored queue. @throws JobsError `JOBS_INVALID_ARGUMENT`, `JOBS_NOT_FOUND` */
  getQueue(name: string): IQueue {
    return findQueue(this.queues, name);
  }

  /** Finds the scheduler of a queue. */
  getScheduler(queueName: string): MonitoredScheduler | undefined {
    return this.schedulers.find((one) => one.queueName === queueName)?.scheduler;
  }

  /**
   * Reads a job with its log and why it is not running, from the first queue that has it, or the
   * named one; returns `null` when no job has this id.
   */
  async getJobDetails(id: string, queueName?: string): Promise<JobDetail | null> {
    for (const queue of this.#among(queueName)) {
      const detail = await readJobDetail(queue, id);
      if (detail !== undefined) return detail;
    }
    return null;
  }

  /**
   * Puts a failed or cancelled job back to run again. Returns false when no queue has it.
   *
   * @throws JobsError `JOBS_CONFLICT` when it neither failed nor was cancelled
   */
  async retryJob(id: string, queueName?: string): Promise<boolean> {
    for (const queue of this.#among(queueName)) {
      if ((await queue.getJob(id)) === undefined) continue;
      try {
        await queue.retryJob(id);
        return true;
      } catch (error) {
        if (!isJobsError(error, 'JOBS_NOT_FOUND')) throw error;
      }
    }
    return false;
  }

  /** Retries the failed jobs of all queues, all or those that match, in batches; returns how many. */
  async retryAllFailed(query: BulkQuery = {}): Promise<number> {
    let retried = 0;
    for (const queue of this.queues) retried += await queue.retryJobs(query);
    return retried;
  }

  /** Lists the schedules, the next to fire first; returns `null` for a monitor without a scheduler. */
  async getScheduledJobsOverview(): Promise<ScheduleOverview[] | null> {
    if (this.schedulers.length === 0) return null;
    return readSchedules(this.schedulers, this.clock.now());
  }

  /**
   * Lists the outcomes of the latest ticks, latest first: of one schedule, or of all. Returns `null` for a
   * monitor without a scheduler.
   */
  async getJobRunHistory(scheduleId?: string): Promise<MonitoredRun[] | null> {
    if (this.schedulers.length === 0) return null;
    return readRunHistory(this.schedulers, scheduleId);
  }

  /**
   * Returns how many jobs of some queues waited in a span of time, at its end, as far as this monitor sampled them
   * while it ran.
   */
  getBacklog(from: number, to: number, queues: readonly string[]): Backlog | undefined {
    return this.#watch.samples.backlogWithin(from, to, queues);
  }

  /** Deletes all measurements of all processes, and the samples of this monitor. Keeps the jobs. */
  async clearMetrics(): Promise<void> {
    this.#watch.samples.clear();
    await Promise.all(
      this.queues.map(async (queue) => {
        await queue.isPaused();
        await queue.backend.metrics?.clear();
      }),
    );
  }

  /** Writes the figures as JSON: a {@link MetricsExport}. */
  async exportMetrics(): Promise<string> {
    const [{ metrics, health }, history] = await Promise.all([
      this.getOverview(),
      this.getMetricsHistory(),
    ]);
    const document: MetricsExport = {
      schema: 'philjs-jobs-metrics',
      version: 1,
      exportedAt: new Date(this.clock.now()),
      currentMetrics: metrics,
      health,
      history,
    };
    return JSON.stringify(document, null, 2);
  }

  /**
   * Writes the overview as one self-contained HTML document without script, to keep or to mail. Masks
   * likely secrets.
   */
  async generateDashboard(): Promise<string> {
    const data = await loadOverview({ monitor: this, redactor: this.#options.redactor }, new Map());
    const names = this.queues.map(({ name }) => name);
    return standaloneDocument(data, names, this.clock.now());
  }

  /**
   * Writes the figures in the text format of Prometheus. Counters start at 0 when this monitor starts or
   * at the first call. The number of series is bounded: beyond 100 job names in a queue, the other names
   * share the label `other`; beyond 100 schedules, the others are left out.
   */
  async prometheus(): Promise<string> {
    const reading = await this.#read();
    const queues = new Map(this.queues.map(({ name }) => [name, undefined] as const));
    const answered = reading.readings.map(({ metrics }) => [metrics.queue, metrics] as const);
    return prometheusPage({
      queues: new Map<string, QueueMetrics | undefined>([...queues, ...answered]),
      totals: await this.#collect(),
      schedules: (await this.#schedules(reading)).schedules,
    });
  }

  /** Reads the totals since the monitor began to count, without queues whose store is away. */
  async #collect(): Promise<Map<string, ReadonlyMap<string, Tally>>> {
    const collected = await Promise.allSettled(
      [...this.#totals].map(async ([name, totals]) => [name, await totals.collect()] as const),
    );
    return new Map(collected.filter((one) => one.status === 'fulfilled').map(({ value }) => value));
  }

  async #read(): Promise<Reading> {
    const reading = await readAll(this.queues, this.clock.now() - WINDOW_MS);
    const at = this.clock.now();
    for (const { metrics } of reading.readings) this.#lastKnown.set(metrics.queue, { metrics, at });
    return reading;
  }

  /** Reads the schedules. They are in the queues' store, so those of a store that is away are missing. */
  #schedules({ away }: Reading): Promise<SchedulesRead> {
    const names = away.map(({ queue }) => queue);
    const reachable = this.schedulers.filter(({ queueName }) => !names.includes(queueName));
    return readReachable(reachable, this.clock.now());
  }

  async #check(): Promise<HealthCheck> {
    const reading = await this.#read();
    const { schedules, unread } = await this.#schedules(reading);
    const failures = await this.failures.readAll(reading);
    const health = this.#healthOf(reading, schedules, failures);
    const seen = { problems: health.problems, away: reading.away, unread, failures };
    return { health, mayGoOn: (problem) => mayGoOn(problem, seen) };
  }

  #metricsOf({ readings, away }: Reading): JobMetrics {
    if (readings.length === 0) throw away[0]?.error;
    return jobMetrics(readings, this.clock.now(), WINDOW_MS);
  }

  #healthOf(
    reading: Reading,
    schedules: readonly ScheduleOverview[],
    failures: ReadonlyMap<string, FailureScan>,
  ): SystemHealth {
    return assessHealth({
      ...reading,
      failures,
      schedules,
      thresholds: this.#options.healthThresholds,
      isGrowing: (queue) => this.#watch.samples.isGrowing(queue),
      now: this.clock.now(),
    });
  }

  #among(queueName: string | undefined): readonly IQueue[] {
    return queueName === undefined ? this.queues : [this.getQueue(queueName)];
  }

  async #sample(): Promise<ReadonlyMap<string, QueueStats>> {
    const { readings } = await readAll(this.queues, this.clock.now());
    await this.#collect();
    return new Map(readings.map(({ metrics }) => [metrics.queue, metrics.stats]));
  }
}
