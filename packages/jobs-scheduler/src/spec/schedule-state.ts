import type { RanTicks } from './ran-ticks.ts';
import type { Timing } from './schedule-spec.ts';

/** Describes one run whose end a later tick depends on. */
export type RecentRun = {
  readonly jobId: string;
  readonly tickAt: number;
  /** How it ended, as far as a tick has looked. */
  readonly ended?: 'completed' | 'failed' | 'other';
};

/** Why a schedule is over. */
export type EndReason = 'max-runs' | 'end-date' | 'no-more-ticks';

/** A tick that is waiting for an earlier run to end. */
export type WaitingTick = { readonly tickAt: number; readonly cause?: 'backfill' };

/** Describes ticks that were due when the timing of the schedule changed: they are settled by the old timing. */
export type Leftover = {
  readonly timing: Timing;
  readonly startAt?: number;
  readonly endAt?: number;
  /** The first of them that was neither fired nor skipped. */
  readonly tickAt: number;
  /** When the times were changed. */
  readonly until: number;
  readonly decidedUpTo?: number;
  /** That it is the run for which `immediately` asked: due until it is fired, so that it cannot be missed. */
  readonly immediately?: true;
};

/** Describes the state of a schedule between ticks, as the store keeps it. */
export type ScheduleState = {
  readonly createdAt: number;
  /** The number of the declaration: 1, and one more with each change of it. */
  readonly edition?: number;
  /** The next tick to fire or skip; absent when there is none. */
  readonly tickAt?: number;
  /** The latest tick that was fired or skipped. */
  readonly lastTickAt?: number;
  /** When the latest run was fired. */
  readonly lastRunAt?: number;
  /** The time under which the latest run by hand is in the ledger. */
  readonly lastTriggerAt?: number;
  /** How many ticks were fired. */
  readonly runsCount: number;
  /** Which ticks ran. */
  readonly ran?: RanTicks;
  /** Up to this time, all ticks that are left are caught up, when that takes several steps. */
  readonly decidedUpTo?: number;
  readonly leftovers?: readonly Leftover[];
  /** The latest runs, oldest first, as far as a later tick needs them. */
  readonly recent: readonly RecentRun[];
  /** How many runs in a row have failed. */
  readonly failures: number;
  /** The tick that is waiting for an earlier run to end, and when to look again. */
  readonly buffered?: WaitingTick & { readonly lookAt: number };
  /** The job of the tick fired last of those that waited. Where runs may overlap, the next of them waits for that only. */
  readonly served?: string;
  /** The ticks waiting behind it. */
  readonly behind?: readonly WaitingTick[];
  readonly paused?: { readonly at: number; readonly note?: string };
  readonly ended?: { readonly at: number; readonly reason: EndReason };
  /** When `sync` removed it: if it is declared again soon, its state is restored. */
  readonly removed?: { readonly at: number };
};
