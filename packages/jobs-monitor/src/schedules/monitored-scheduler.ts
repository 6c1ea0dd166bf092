/** A value, or a promise of one. */
type MaybePromise<T> = T | Promise<T>;

/** The options with which a schedule enqueues its jobs. */
interface EnqueuedWith {
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

/** Describes a schedule as a scheduler lists it; only the id and the job's name are required. */
export interface MonitoredSchedule {
  /** The schedule's id. */
  readonly id: string;
  /** The name of the job it enqueues. */
  readonly jobName: string;
  /** When it fires, as a cron expression. */
  readonly cron?: string | undefined;
  /** How often it fires, in milliseconds. */
  readonly every?: number | undefined;
  /** The dates on which it fires. */
  readonly at?: readonly Date[] | undefined;
  /** The time zone of the expression. */
  readonly timezone?: string | undefined;
  /** When it fires next; absent or `null` when it is paused or over. */
  readonly nextRun?: Date | null | undefined;
  /** When it last fired. */
  readonly lastRun?: Date | null | undefined;
  /** How often it has fired. */
  readonly runsCount?: number | undefined;
  /** The most times it may fire. */
  readonly maxRuns?: number | undefined;
  /** Whether it fires at all: it is neither paused nor over. */
  readonly active?: boolean | undefined;
  /** Whether it is paused. */
  readonly paused?: boolean | undefined;
  /** Why it is paused. */
  readonly note?: string | undefined;
  /** The purpose, in the words of its owner. */
  readonly description?: string | undefined;
  /** Whether it is due and no running process computes its payload. */
  readonly undeclared?: boolean | undefined;
  /** The owner that declared it. */
  readonly owner?: string | undefined;
  /** The payload of its jobs: what is hidden of it is masked in its note and description, too. */
  readonly payload?: unknown;
  /** How it enqueues its jobs: the same goes for their metadata. */
  readonly options?: { readonly enqueueOptions?: EnqueuedWith | undefined } | undefined;
}

/** Describes the outcome of one tick of a schedule, as its scheduler stores it. */
export interface MonitoredRun {
  /** The schedule. */
  readonly scheduledJobId: string;
  /** The job that was enqueued. */
  readonly jobId?: string | undefined;
  /** The time the tick was planned for. */
  readonly scheduledAt: Date;
  /** When the tick fired. */
  readonly firedAt?: Date | undefined;
  /** The outcome, such as `fired`, `skipped`, `completed` or `failed`. */
  readonly status: string;
  /** Why it was skipped. */
  readonly reason?: string | undefined;
  /** How late it fired, in milliseconds. */
  readonly latenessMs?: number | undefined;
  /** Why its job failed. */
  readonly error?: string | undefined;
}

/**
 * Describes the scheduler that a monitor needs: the listing methods of `Scheduler` in `@philjs/jobs-scheduler`
 * and, optionally, its actions. Any object of this shape will do.
 */
export interface MonitoredScheduler {
  /** The queue its jobs go to. @default the queue in the same place of the monitor's list */
  readonly queue?: { readonly name: string };
  /** Lists the schedules. */
  getAllScheduledJobs(): MaybePromise<readonly MonitoredSchedule[]>;
  /** Lists the outcomes of the latest ticks, latest first: of one schedule, or of all. */
  getJobHistory(
    id?: string,
    options?: { readonly limit?: number },
  ): MaybePromise<readonly MonitoredRun[]>;
  /** Lists the next times a schedule fires. */
  nextRuns?(id: string, count: number): MaybePromise<readonly Date[]>;
  /** Describes a cron expression in words. */
  describe?(cron: string): string;
  /** Fires a schedule now. */
  trigger?(id: string): MaybePromise<unknown>;
  /** Pauses a schedule. */
  pause?(id: string, note?: string): MaybePromise<unknown>;
  /** Resumes a schedule. */
  resume?(id: string): MaybePromise<unknown>;
  /** Fires the ticks of a past span. */
  backfill?(id: string, span: { readonly from: Date; readonly to: Date }): MaybePromise<unknown>;
  /** Removes a schedule and its history; answers `false` when there is none. */
  remove?(id: string): MaybePromise<unknown>;
}
