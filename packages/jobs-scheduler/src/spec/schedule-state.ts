import type { RanTicks } from './ran-ticks.ts';
import type { Timing } from './schedule-spec.ts';

/** One run of a schedule whose end is of interest. */
export type RecentRun = {
  readonly jobId: string;
  readonly tickAt: number;
  /** How it ended, as far as a tick has looked. */
  readonly ended?: 'completed' | 'failed' | 'other';
};

/** Why a schedule is over. */
export type EndReason = 'max-runs' | 'end-date' | 'no-more-ticks';

/** A tick that waits for an earlier run to end. */
export type WaitingTick = { readonly tickAt: number; readonly cause?: 'backfill' };

/** Ticks that were due when the schedule began to tick at other times: they are settled by those they were of. */
export type Leftover = {
  readonly timing: Timing;
  readonly startAt?: number;
  readonly endAt?: number;
  /** The first of them that was neither fired nor skipped. */
  readonly tickAt: number;
  /** When the times were changed. */
  readonly until: number;
  readonly decidedUpTo?: number;
};

/** What is remembered of a schedule from tick to tick, as the store keeps it. */
export type ScheduleState = {
  readonly createdAt: number;
  /** How often what was declared has been changed, from 1. */
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
  /** Up to where a step decided what is caught up, when that takes several. */
  readonly decidedUpTo?: number;
  readonly leftovers?: readonly Leftover[];
  /** The latest runs, oldest first, as far as a later tick may ask for them. */
  readonly recent: readonly RecentRun[];
  /** How many runs in a row have failed. */
  readonly failures: number;
  /** The tick that waits for an earlier run to end, and when to look again. */
  readonly buffered?: WaitingTick & { readonly lookAt: number };
  /** Those that wait behind it. */
  readonly behind?: readonly WaitingTick[];
  readonly paused?: { readonly at: number; readonly note?: string };
  readonly ended?: { readonly at: number; readonly reason: EndReason };
  /** When it was no longer declared: it comes back as it was when it is declared again soon. */
  readonly removed?: { readonly at: number };
};
