import type { ItemPayload, JobDefinition, JobDefinitions } from '@philjs/jobs-core';
import type {
  PayloadOption,
  ScheduleSettings,
  ScheduleTiming,
} from '../options/schedule-options.ts';
import type { CheckCron, CheckZone, Wrong } from '../patterns/literal-checks.ts';

/** Describes one schedule of `sync`: its job, and the options of `schedule`. */
export type ScheduleItem<TJob = JobDefinition | string> = ScheduleTiming &
  ScheduleSettings & {
    /** The definition, or its name. */
    readonly job: TJob;
    /** The payload for the job's handler, or a function that computes it for each tick. */
    readonly payload?: unknown;
  };

/** The items of `sync`, each with the payload its definition or its name asks for. */
export type ScheduleItems<TJobs extends JobDefinitions, TItems extends readonly ScheduleItem[]> = {
  readonly [K in keyof TItems]: TItems[K] &
    PayloadOption<ItemPayload<TJobs, TItems[K]['job']>> &
    CheckTiming<TItems[K]> &
    NoOther<TItems[K]>;
};

/** Checks the patterns and the zone of an item that are literals in code. */
type CheckTiming<TItem> = (TItem extends { readonly cron: infer TCron }
  ? { readonly cron: CheckCron<TCron> }
  : unknown) &
  (TItem extends { readonly timezone: infer TZone }
    ? { readonly timezone: CheckZone<TZone> }
    : unknown);

/** The names of the options of an item. */
type ItemOption = keyof ScheduleSettings | 'cron' | 'every' | 'at' | 'job' | 'payload';

/** Refuses unknown options, such as misspelt names. */
type NoOther<TItem> = {
  readonly [TName in Exclude<
    keyof TItem,
    ItemOption
  >]: Wrong<`${TName & string} is no option of a schedule`>;
};

/** Lists the ids of the schedules by what `sync` did. */
export interface SyncResult {
  /** Those that did not exist. */
  readonly created: readonly string[];
  /** Those whose declaration differs from the stored one. */
  readonly updated: readonly string[];
  /** Those that are stored as declared. */
  readonly unchanged: readonly string[];
  /**
   * Those that are no longer declared. They no longer tick; one that is declared again within a day is restored
   * with its pause, its count of runs and its ledger.
   */
  readonly removed: readonly string[];
  /** Declared schedules that never tick again: their `endDate` or their last tick has passed. */
  readonly expired: readonly string[];
}

/** Configures a call of `sync`. */
export interface SyncOptions {
  /**
   * The owner of the schedules, such as the name of a service. Schedules of other owners, and all made with
   * `schedule`, are left alone. Without it, `sync` declares the schedules without an owner, and removes the others that
   * any service declared so in this queue; `sync` of many queues requires it.
   */
  readonly owner?: string | undefined;
  /**
   * A number that grows with each deploy, such as the build number. Once a list of the owner was declared with a higher
   * one, `sync` changes nothing. Without it, a list that a scheduler declares again keeps the generation of its
   * first declaration, and any other list is newer than all before.
   */
  readonly generation?: number | undefined;
}
