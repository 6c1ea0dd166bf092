import type { JsonObject } from '../json/json-value.ts';
import type { Subscription } from './events.ts';
import type { AddResult, NewJob } from './new-job.ts';

/** Stores one schedule. The store reads only the fields named here; `spec` and `state` are the scheduler's. */
export interface ScheduleRecord {
  /** Unique in the queue. */
  readonly id: string;
  /** The name of the job it enqueues. */
  readonly jobName: string;
  /** What was declared; written by `put` only. */
  readonly spec: JsonObject;
  /** What the scheduler remembers from tick to tick. */
  readonly state: JsonObject;
  /** The tick that fires next, in epoch milliseconds; `undefined` when none does (paused or ended). */
  readonly nextAt: number | undefined;
  /** Grows with every change; a change with another revision is refused. */
  readonly revision: number;
}

/** Notes what became of one tick. */
export interface TickEntry {
  /** The schedule. */
  readonly scheduleId: string;
  /** The time the tick was planned for, in epoch milliseconds. With the schedule it identifies the entry. */
  readonly tickAt: number;
  /** What happened, as the scheduler describes it: when fired, by whom, its job, or why it was skipped. */
  readonly detail: JsonObject;
}

/** Answers what is due. */
export interface DueSchedules {
  /** The schedules that are due, earliest first. */
  readonly schedules: readonly ScheduleRecord[];
  /** When the one behind them is due, if there is one. */
  readonly nextAt: number | undefined;
  /** The time it went by: the one given, else that of the store. */
  readonly now: number;
  /** Where to go on; absent when no more are due. */
  readonly cursor?: string;
  /**
   * Names the life of what is stored: another name means that the store was emptied or lost. Made with
   * the first schedule, and absent before. A store that cannot be lost while its processes live needs none.
   */
  readonly life?: string;
}

/**
 * Keeps schedules and the ledger of their ticks, for all schedulers of a queue together. Every
 * change carries the revision it was decided on, so of many processes exactly one succeeds.
 */
export interface ScheduleStore {
  /**
   * Creates or changes a schedule. With `expectedRevision` (0: it must not exist) the change is made
   * only if that is the stored one. Returns the new record, or `undefined` when refused.
   */
  put(params: {
    readonly schedule: Omit<ScheduleRecord, 'revision'>;
    readonly expectedRevision?: number;
  }): Promise<ScheduleRecord | undefined>;
  /** Reads one schedule. */
  get(params: { readonly id: string }): Promise<ScheduleRecord | undefined>;
  /** Lists schedules by id, a page at a time. */
  list(params: { readonly cursor?: string; readonly limit: number }): Promise<{
    readonly schedules: readonly ScheduleRecord[];
    readonly cursor?: string;
  }>;
  /** Removes a schedule and its ledger. Answers whether there was one. */
  remove(params: { readonly id: string }): Promise<boolean>;
  /**
   * Reads the schedules with `nextAt ≤ now`, earliest first, and when the next one after those is due. Without `now` the store goes by its own clock, which all processes
   * share. `limit` 0 only asks for the time. Costs no more than what it returns.
   */
  due(params: {
    readonly now?: number;
    readonly limit: number;
    /** Goes on behind the last schedule of another answer. */
    readonly cursor?: string;
  }): Promise<DueSchedules>;
  /**
   * Claims ticks: if the stored revision is `expectedRevision`, then in one atomic step sets `nextAt`
   * and `state`, adds `jobs` (whose ids are derived from schedule and tick, so that one already there
   * is no error) and writes `entries` to the ledger, as {@link record} does. Otherwise changes nothing
   * and answers `fired: false`. A process that dies in the middle leaves either everything or nothing, or what is
   * missing is completed by the next one; never a tick without its job, never two.
   */
  fire(params: {
    readonly id: string;
    readonly expectedRevision: number;
    readonly nextAt: number | undefined;
    readonly state: JsonObject;
    readonly jobs: readonly NewJob[];
    readonly entries: readonly TickEntry[];
    /** How many entries of the schedule the ledger keeps. @default 100 */
    readonly keep?: number;
    /** Lets {@link liveRuns} know the jobs, also those that were there already. @default false */
    readonly track?: boolean;
  }): Promise<{
    readonly fired: boolean;
    readonly schedule?: ScheduleRecord;
    readonly results?: readonly AddResult[];
  }>;
  /**
   * Lists the jobs of a schedule that `fire` was told to track and that have not ended: they wait, are
   * delayed or blocked, or a worker holds them; the one tracked first comes first. A failed one that was
   * put back by hand is among them again. However many were tracked since, none is forgotten while its
   * job is stored, unless the schedule was removed.
   */
  liveRuns(params: { readonly id: string }): Promise<readonly string[]>;
  /**
   * Writes ledger entries, replacing those of the same schedule and tick. When more than `keep` entries
   * of a schedule are there, those written first go, whatever their tick; one that is replaced keeps its
   * place. With `known`, only replaces: an entry that is not there (any more) is not written.
   */
  record(params: {
    readonly entries: readonly TickEntry[];
    /** How many entries of a schedule are kept. @default 100 */
    readonly keep?: number;
    readonly known?: boolean;
  }): Promise<void>;
  /**
   * Reads the ledger, latest tick first: of one schedule, or of all. The total is bounded: schedules
   * that do not exist have entries for some 1,000 ids only.
   */
  history(params: { readonly id?: string; readonly limit: number }): Promise<readonly TickEntry[]>;
  /** Calls `onChange` after any process changed a schedule, so that timers can be set anew. */
  watch(params: { readonly onChange: () => void }): Promise<Subscription>;
}
