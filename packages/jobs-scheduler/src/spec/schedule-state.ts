/** One run of a schedule whose end is of interest. */
export type RecentRun = {
  readonly jobId: string;
  readonly tickAt: number;
  /** How it ended, as far as a tick has looked. */
  readonly ended?: 'completed' | 'failed' | 'other';
};

/** Why a schedule is over. */
export type EndReason = 'max-runs' | 'end-date' | 'no-more-ticks';

/** What is remembered of a schedule from tick to tick, as the store keeps it. */
export type ScheduleState = {
  readonly createdAt: number;
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
  /** The latest runs, oldest first, as far as a later tick may ask for them. */
  readonly recent: readonly RecentRun[];
  /** How many runs in a row have failed. */
  readonly failures: number;
  /** The tick that waits for an earlier run to end, and when to look again. */
  readonly buffered?: { readonly tickAt: number; readonly lookAt: number };
  readonly paused?: { readonly at: number; readonly note?: string };
  readonly ended?: { readonly at: number; readonly reason: EndReason };
};
