import type { ItemPayload, JobDefinition, JobDefinitions } from '@philjs/jobs-core';
import type {
  PayloadOption,
  ScheduleSettings,
  ScheduleTiming,
} from '../options/schedule-options.ts';

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
  readonly [K in keyof TItems]: TItems[K] & PayloadOption<ItemPayload<TJobs, TItems[K]['job']>>;
};

/** Tells what `sync` did, by the ids of the schedules. */
export interface SyncResult {
  /** Those that were not there. */
  readonly created: readonly string[];
  /** Those that were declared otherwise. */
  readonly updated: readonly string[];
  /** Those that were there as declared. */
  readonly unchanged: readonly string[];
  /** Those that are declared no more. */
  readonly removed: readonly string[];
}
