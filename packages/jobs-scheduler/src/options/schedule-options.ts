import type { EnqueueManyOptions, EnqueueOptions, TimeValue } from '@philjs/jobs-core';
import type { TimeZone } from '../patterns/time-zone.ts';
import type { PayloadMaker } from './payload-maker.ts';

/**
 * Decides about a tick while the job of an earlier one has not finished.
 *
 * - `allow`: its job is enqueued all the same.
 * - `skip`: it is skipped.
 * - `buffer`: one tick is kept and fired as soon as the earlier job has finished; others are skipped.
 * - `buffer-all`: up to 1,000 ticks are kept and fired one after the other.
 * - `cancel`: the earlier job is cancelled; the tick is fired as soon as that job has ended, also when its handler
 *   ignores its signal, so that two never run at once.
 */
export type Overlap = 'allow' | 'skip' | 'buffer' | 'buffer-all' | 'cancel';

/**
 * Decides about missed ticks: those that passed while no scheduler was running.
 *
 * - `skip`: they are skipped.
 * - `one`: the latest one is fired.
 * - `all`: all are fired; of more than {@link CatchUpOptions.cap} (1,000 unless given) the latest.
 */
export type CatchUp = 'skip' | 'one' | 'all';

/** Limits which missed ticks are caught up. */
export interface CatchUpOptions {
  /** The policy for missed ticks. */
  readonly policy: CatchUp;
  /** Skips ticks that are longer ago than this, in milliseconds. @default no limit */
  readonly window?: number | undefined;
  /** How many missed ticks are fired at most. 1 to 10,000. @default 1000 */
  readonly cap?: number | undefined;
}

/**
 * Chooses what happens at a time of a cron pattern that does not exist, or exists twice, because the clocks
 * change. It applies to patterns without a wildcard or step in their seconds, minutes and hours. Where it is not given,
 * `run-once` applies to patterns with one second, one minute and one hour; all others skip times that do not exist, and
 * run at both of two.
 *
 * - `skip`: a time that does not exist is skipped; one that occurs twice runs once, the first time.
 * - `run-once`: a time that does not exist runs at the first time after the gap; one that occurs
 *   twice runs once, the first time.
 * - `run-twice`: as `run-once`, but a time that occurs twice runs both times.
 */
export type DstRule = 'skip' | 'run-once' | 'run-twice';

/** Defines when a schedule ticks: by exactly one of `cron`, `every` and `at`. */
export type ScheduleTiming =
  | {
      /**
       * A cron pattern of five fields, six with seconds or seven with seconds and years, or a
       * nickname such as `@daily`; see {@link https://croner.56k.guru | croner}. Of several, up to 100, the
       * schedule ticks when one matches, and once when several do; they share its policies.
       */
      readonly cron: string | readonly string[];
      readonly every?: undefined;
      readonly at?: undefined;
    }
  | {
      /**
       * An interval in milliseconds, a whole number of at least 100. It counts from `startDate`, else from when the
       * schedule is made.
       */
      readonly every: number;
      readonly cron?: undefined;
      readonly at?: undefined;
    }
  | {
      /** A date, or up to 1,000 of them. */
      readonly at: TimeValue | readonly TimeValue[];
      readonly cron?: undefined;
      readonly every?: undefined;
    };

/** Defines when a schedule does not tick, in its time zone. */
export interface ScheduleExceptions {
  /** The days, such as `2026-12-24`: up to 1,000. */
  readonly dates?: readonly string[] | undefined;
  /** The times that a pattern matches, such as `* * 24-26 12 *`, or one of up to 100. */
  readonly cron?: string | readonly string[] | undefined;
}

/** How the job of each tick is enqueued; its id and its time are the schedule's. */
export type ScheduledEnqueueOptions = Omit<
  EnqueueOptions,
  'jobId' | 'runAt' | keyof EnqueueManyOptions
>;

/** Lists the options of a schedule besides its times and its payload. */
export interface ScheduleSettings {
  /** The name of the schedule, unique in the queue: up to 200 characters. @default the job's name */
  readonly id?: string | undefined;
  /** The time zone of the cron pattern. @default 'UTC' */
  readonly timezone?: TimeZone | undefined;
  /** The times at which a schedule with a cron pattern does not tick although the pattern matches. */
  readonly except?: ScheduleExceptions | undefined;
  /** How the job of each tick is enqueued. A `deadline` is a date, the same for all of them; a definition makes one for each. */
  readonly enqueueOptions?: ScheduledEnqueueOptions | undefined;
  /** How many ticks are fired before the schedule ends. @default no limit */
  readonly maxRuns?: number | undefined;
  /** Skips ticks before it; one exactly then is fired. */
  readonly startDate?: TimeValue | undefined;
  /** Ends the schedule; a tick exactly then is not fired. */
  readonly endDate?: TimeValue | undefined;
  /** The policy for a tick while the job of an earlier one has not finished. @default 'allow' */
  readonly overlap?: Overlap | undefined;
  /** The policy for ticks that passed while no scheduler was running. @default 'one' */
  readonly catchUp?: CatchUp | CatchUpOptions | undefined;
  /** Delays the start of each job by up to this many milliseconds after its tick, spread evenly. @default 0 */
  readonly jitter?: number | undefined;
  /** The rule for a fixed time when the clocks change. @default as croner does: see {@link DstRule} */
  readonly dst?: DstRule | undefined;
  /**
   * Runs the job once when the schedule is made, beside its ticks; it counts for `maxRuns`. Where no scheduler runs then, the
   * first one that starts runs it, whatever `catchUp` says. A declaration that is there already, as after a restart, runs
   * nothing; nor does a change of it. One that was removed by `remove` is made again. @default false
   */
  readonly immediately?: boolean | undefined;
  /** A description of the schedule: up to 1,000 characters. */
  readonly description?: string | undefined;
  /** How many ticks of the schedule the ledger keeps. 1 to 10,000. @default 100 */
  readonly history?: number | undefined;
  /**
   * Makes the change only if the schedule is still as it was read: the `revision` of `getScheduledJob`, 0 for
   * one that must not exist. Otherwise refused with `JOBS_CONFLICT`.
   */
  readonly revision?: number | undefined;
  /** Pauses the schedule when this many runs in a row have failed. @default never */
  readonly pauseOnFailure?: number | undefined;
  /**
   * Called in the process that fired a tick, with the time the tick was planned for, if the schedule was declared there,
   * by any `Scheduler` of the queue. A throw or a rejection is reported as an `error` event and changes nothing.
   */
  readonly onSchedule?: ((scheduledAt: Date, tick: FiredTick) => void | Promise<void>) | undefined;
  /** Called in the process that fired the last tick, when the schedule has ended, as {@link onSchedule} is. */
  readonly onComplete?: (() => void | Promise<void>) | undefined;
}

/** Describes a tick that was fired. */
export interface FiredTick {
  /** The schedule. */
  readonly scheduleId: string;
  /** The job that was enqueued. */
  readonly jobId: string;
  /** When it was fired. */
  readonly firedAt: Date;
}

/** The payload for the handler, or a function that computes it for each tick; optional where it may be `undefined`. */
export type PayloadOption<TPayload> = undefined extends TPayload
  ? { readonly payload?: TPayload | PayloadMaker<TPayload> }
  : { readonly payload: TPayload | PayloadMaker<TPayload> };

/** Describes a schedule of a job with the given payload. */
export type ScheduleOptions<TPayload = unknown> = ScheduleTiming &
  ScheduleSettings &
  PayloadOption<TPayload>;
