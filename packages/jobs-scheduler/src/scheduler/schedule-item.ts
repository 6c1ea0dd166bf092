import type { ItemPayload, JobDefinition, JobDefinitions } from '@philjs/jobs-core';
import type {
  PayloadOption,
  ScheduleSettings,
  ScheduleTiming,
} from '../options/schedule-options.ts';
import type { CheckCron, CheckZone, Wrong } from '../patterns/literal-checks.ts';

/** Describes one schedule of `sync`: its job, and what `schedule` takes beside it. */
export type ScheduleItem<TJob = JobDefinition | string> = ScheduleTiming &
  ScheduleSettings & {
    /** The definition, or its name. */
    readonly job: TJob;
    /** What the job's handler gets. */
    readonly payload?: unknown;
  };

/** The items of `sync`, each with the payload its definition or its name asks for. */
export type ScheduleItems<TJobs extends JobDefinitions, TItems extends readonly ScheduleItem[]> = {
  readonly [K in keyof TItems]: TItems[K] &
    PayloadOption<ItemPayload<TJobs, TItems[K]['job']>> &
    CheckTiming<TItems[K]> &
    NoOther<TItems[K]>;
};

/** Checks the patterns and the zone of an item that are written down in code. */
type CheckTiming<TItem> = (TItem extends { readonly cron: infer TCron }
  ? { readonly cron: CheckCron<TCron> }
  : unknown) &
  (TItem extends { readonly timezone: infer TZone }
    ? { readonly timezone: CheckZone<TZone> }
    : unknown);

/** The names of the options of an item. */
type ItemOption = keyof ScheduleSettings | 'cron' | 'every' | 'at' | 'job' | 'payload';

/** Refuses what is no option, such as one whose name is misspelt. */
type NoOther<TItem> = {
  readonly [TName in Exclude<
    keyof TItem,
    ItemOption
  >]: Wrong<`${TName & string} is no option of a schedule`>;
};

/** Tells what `sync` did, by the ids of the schedules. */
export interface SyncResult {
  /** Those that were not there. */
  readonly created: readonly string[];
  /** Those that were declared otherwise. */
  readonly updated: readonly string[];
  /** Those that were there as declared. */
  readonly unchanged: readonly string[];
  /**
   * Those that are declared no more. They tick no more; one that is declared again within a day comes back
   * as it was, with its pause, its count of runs and its ledger.
   */
  readonly removed: readonly string[];
  /** Those of the declared whose time is over: their `endDate` or their last tick has passed. */
  readonly expired: readonly string[];
}

/** Says whose schedules `sync` declares. */
export interface SyncOptions {
  /**
   * Whose schedules they are, such as the name of a service. Those of other owners are left alone, and so
   * are all that were made with `schedule`. Without it, those that were declared without an owner.
   */
  readonly owner?: string | undefined;
  /**
   * A number that grows with each deploy, such as that of the build: what a later one declared, changed or
   * removed is left alone. Without it, a list that a scheduler declares again is as old as it was the
   * first time, and any other is newer than all before.
   */
  readonly generation?: number | undefined;
}
