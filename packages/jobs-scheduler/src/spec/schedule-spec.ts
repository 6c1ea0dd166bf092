import type { CatchUp, DstRule, Overlap } from '../options/schedule-options.ts';
import type { JobTemplate } from './job-template.ts';

/** Describes when a schedule ticks, as it is stored. */
export type Timing =
  | {
      readonly kind: 'cron';
      readonly cron: string;
      /** The other patterns, where there are several. */
      readonly also?: readonly string[];
      readonly timezone: string;
      readonly dst?: DstRule;
      /** The dates of the zone, and the times that a pattern matches, on which it does not tick. */
      readonly except?: { readonly dates?: readonly string[]; readonly cron?: readonly string[] };
    }
  | {
      readonly kind: 'every';
      readonly everyMs: number;
      /** The start of the intervals; the first tick is one interval later. */
      readonly anchorAt: number;
    }
  | {
      readonly kind: 'at';
      /** Sorted, and no two alike. */
      readonly times: readonly number[];
    };

/** Describes the policy for missed ticks, as it is stored. */
export type CatchUpSpec = {
  readonly policy: CatchUp;
  readonly windowMs?: number;
  readonly cap: number;
};

/** Describes a declared schedule, as the store keeps it. */
export type ScheduleSpec = {
  /** The version of this shape: 2 for what earlier versions of this package must not fire. */
  readonly v: 1 | 2;
  /** Whether the process that fires a tick computes its payload; only one that declares the schedule does. */
  readonly computed?: true;
  readonly timing: Timing;
  readonly startAt?: number;
  readonly endAt?: number;
  readonly maxRuns?: number;
  readonly overlap: Overlap;
  readonly catchUp: CatchUpSpec;
  readonly jitterMs: number;
  readonly pauseOnFailure?: number;
  /** How many entries the ledger keeps. */
  readonly keepHistory?: number;
  readonly description?: string;
  /** Declared by `sync`: the owner and the generation. */
  readonly declared?: { readonly owner?: string; readonly generation: number };
  /** Made by `scheduleOnce`: removed some time after it ran, and never touched by `sync`. */
  readonly once: boolean;
  /** Whether it is no schedule, but marks the latest list that its owner declared. */
  readonly marks?: true;
  readonly job: JobTemplate;
};

/** Returns whether a tick depends on the state of earlier runs. */
export function asksForRuns({ overlap, pauseOnFailure }: ScheduleSpec): boolean {
  return overlap !== 'allow' || pauseOnFailure !== undefined;
}

/**
 * Returns how many runs are fired in one step: one if another job may hold the key of its job, as the step then has
 * to decide for either case.
 */
export function runsAtOnce({ computed, job }: Pick<ScheduleSpec, 'computed' | 'job'>): number {
  return computed === true || job.deduplication !== undefined ? 1 : 100;
}
