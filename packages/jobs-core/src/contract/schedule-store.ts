import type { JsonObject } from '../json/json-value.ts';
import type { Subscription } from './events.ts';
import type { AddResult, NewJob } from './new-job.ts';

/** Describes one stored schedule. The store reads only the fields named here; `spec` and `state` are opaque to it. */
export interface ScheduleRecord {
  /** Unique in the queue. */
  readonly id: string;
  /** The name of the job it enqueues. */
  readonly jobName: string;
  /** The declaration; written by `put` only. */
  readonly spec: JsonObject;
  /** The scheduler's state from tick to tick. */
  readonly state: JsonObject;
  /** The next tick, in epoch milliseconds; `undefined` when there is none (paused or ended). */
  readonly nextAt: number | undefined;
  /** Grows with every change; the store refuses a change made on another revision. */
  readonly revision: number;
}

/** Records the result of one tick. */
export interface TickEntry {
  /** The schedule. */
  readonly scheduleId: string;
  /** The time the tick was planned for, in epoch milliseconds. With the schedule it identifies the entry. */
  readonly tickAt: number;
  /**
   * The result as the scheduler describes it: when and by which process it fired, its job, or why it was skipped.
   */
  readonly detail: JsonObject;
}

/** How many entries of one schedule the ledger keeps unless another number is given. */
export const KEPT_TICKS = 100;

/** Changes one schedule; with `expectedRevision` (0: it must not exist) only if that is the stored revision. */
export interface SchedulePut {
  /** The schedule. */
  readonly schedule: Omit<ScheduleRecord, 'revision'>;
  /** The revision the change was decided on. @default any */
  readonly expectedRevision?: number;
}

/** Lists the schedules that are due. */
export interface DueSchedules {
  /** The due schedules, earliest first. */
  readonly schedules: readonly ScheduleRecord[];
  /** When the schedule after them is due, if there is one. */
  readonly nextAt: number | undefined;
  /** The time used for the comparison: the one given, else that of the store. */
  readonly now: number;
  /** Where the next page starts; absent when no more are due. */
  readonly cursor?: string;
  /**
   * Identifies the life of the stored data: a different value means that the store was emptied or lost. Made with the
   * first schedule, and absent before. A store that cannot be lost while its processes live needs none.
   */
  readonly life?: string;
}

/**
 * Stores schedules and the ledger of their ticks, for all schedulers of a queue together. Every change carries the
 * revision it was decided on, so exactly one of many processes succeeds.
 */
export interface ScheduleStore {
  /**
   * Creates or changes a schedule. With `expectedRevision` (0: it must not exist) the change is made only if that is
   * the stored revision. Returns the new record, or `undefined` when refused.
   */
  put(params: SchedulePut): Promise<ScheduleRecord | undefined>;
  /**
   * Creates or changes up to 1,000 schedules of different ids in one atomic step: all, or none if one of them does
   * not have its expected revision. A process that dies in the middle leaves all or none. Returns the new records in
   * the same order, or `undefined` when refused.
   */
  putAll(params: {
    readonly schedules: readonly SchedulePut[];
  }): Promise<readonly ScheduleRecord[] | undefined>;
  /** Reads one schedule. */
  get(params: { readonly id: string }): Promise<ScheduleRecord | undefined>;
  /**
   * Lists schedules by id, a page at a time. The cursor is the id of the last schedule of a page; the next page starts
   * behind that id, also when there is no schedule of it (any more).
   */
  list(params: { readonly cursor?: string; readonly limit: number }): Promise<{
    readonly schedules: readonly ScheduleRecord[];
    readonly cursor?: string;
  }>;
  /** Removes a schedule and its ledger. Returns whether there was one. */
  remove(params: { readonly id: string }): Promise<boolean>;
  /**
   * Reads the schedules with `nextAt ≤ now`, earliest first, and when the next one after those is due. Without `now`
   * the store uses its own clock, which all processes share. `limit` 0 only reads the time. Costs no more than what
   * it returns.
   */
  due(params: {
    readonly now?: number;
    readonly limit: number;
    /** Continues after the last schedule of an earlier page. */
    readonly cursor?: string;
  }): Promise<DueSchedules>;
  /**
   * Claims ticks. If the stored revision is `expectedRevision`, then in one atomic step it sets `nextAt` and `state`,
   * adds `jobs` and writes `entries` to the ledger, as {@link record} does. Otherwise it changes nothing and returns
   * `fired: false`. A process that dies in the middle leaves everything or nothing. So a job that is there already, also
   * of another name, is never that of this tick: it is no error, but a `duplicate`, and the tick does not run.
   */
  fire(params: {
    readonly id: string;
    readonly expectedRevision: number;
    readonly nextAt: number | undefined;
    readonly state: JsonObject;
    readonly jobs: readonly NewJob[];
    readonly entries: readonly TickEntry[];
    /** The number of entries of the schedule that the ledger keeps. @default {@link KEPT_TICKS} */
    readonly keep?: number;
    /**
     * Replaces `nextAt`, `state` and `entries`, in the same step, if the job is a `duplicate`: another job has its id, or
     * holds its deduplication key. Given only with exactly one job.
     */
    readonly ifDuplicate?: {
      readonly nextAt: number | undefined;
      readonly state: JsonObject;
      readonly entries: readonly TickEntry[];
    };
    /** Whether {@link liveRuns} tracks the jobs that are stored, and those that took over one (`replaced`). @default false */
    readonly track?: boolean;
  }): Promise<{
    readonly fired: boolean;
    readonly schedule?: ScheduleRecord;
    readonly results?: readonly AddResult[];
  }>;
  /**
   * Lists the jobs of a schedule that `fire` tracked and that have not ended: waiting, delayed, blocked or active;
   * the one tracked first comes first. A failed job that is put back by hand appears again. However many were tracked
   * since, the store forgets no job while it is stored, unless the schedule was removed.
   */
  liveRuns(params: { readonly id: string }): Promise<readonly string[]>;
  /**
   * Writes ledger entries, replacing those of the same schedule and tick. When more than `keep` entries of a schedule
   * are there, the store drops those written first, whatever their tick; a replaced entry keeps its place. With
   * `known`, it only replaces: it does not write an entry that is not there (any more), and drops none.
   */
  record(params: {
    readonly entries: readonly TickEntry[];
    /** The number of entries of a schedule to keep. @default {@link KEPT_TICKS} */
    readonly keep?: number;
    readonly known?: boolean;
  }): Promise<void>;
  /**
   * Reads the ledger, latest tick first: of one schedule, or of all. The total is bounded: schedules
   * that do not exist have entries for some 1,000 ids only.
   */
  history(params: { readonly id?: string; readonly limit: number }): Promise<readonly TickEntry[]>;
  /** Calls `onChange` after any process changed a schedule, so that timers can be set again. */
  watch(params: { readonly onChange: () => void }): Promise<Subscription>;
}
