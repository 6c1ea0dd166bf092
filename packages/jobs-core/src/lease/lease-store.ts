import type { Lease, StalledJob } from '../contract/consumer.ts';
import type { JobLimits } from '../contract/job-limits.ts';
import type { JobRecord } from '../contract/job-record.ts';
import type { Outcome } from '../contract/outcome.ts';
import type { SerializedError } from '../errors/serialized-error.ts';

/** What a store may answer with: the value itself when it has it at once, or a promise of it. */
export type MaybePromise<T> = T | Promise<T>;

/** Asks a store to cancel what a worker holds. */
export interface LeaseCancellation {
  /** The lease whose job is to be cancelled. */
  readonly lease: Lease;
  /** Why. */
  readonly reason?: string;
  /** Whether not to wait for the handler. */
  readonly force: boolean;
}

/** An outcome that a store has to record: all but `recorded`, of which it knows already. */
export type EndedOutcome = Exclude<Outcome, { readonly type: 'recorded' }>;

/** A lease whose run ended, and how. */
export interface EndedLease {
  /** The lease. */
  readonly lease: Lease;
  /** What to record. */
  readonly outcome: EndedOutcome;
}

/** What a worker brings to an exchange, and what it wants. */
export interface ExchangeParams {
  /** Who asks: the id of a worker, unique for its life. */
  readonly holder: string;
  /**
   * Counts the exchanges of a holder from 1. A call whose answer was lost is repeated with the number it had,
   * and with the same {@link ended}.
   */
  readonly sequence: number;
  /** What ended: at most 128 a call. */
  readonly ended: readonly EndedLease[];
  /** How many jobs the holder can start: 0 to 64. With 0 none is made ready or handed out. */
  readonly limit: number;
  /** The caller's time in epoch milliseconds; a store with a clock of its own uses that instead. */
  readonly now: number;
  /** How long the leases handed out last, in milliseconds. */
  readonly leaseMs: number;
  /** What limits the jobs of a name, as the worker's definitions say. Names that are not limited are absent. */
  readonly limits: ReadonlyMap<string, JobLimits>;
  /** How often a job may lose its lease and be handed out again, and what it fails with beyond that. */
  readonly stalls: { readonly max: number; readonly error: SerializedError };
}

/** What came of an exchange. */
export interface ExchangeAnswer {
  /** The ended leases that were not held any more: their outcome changed nothing. */
  readonly refused: readonly Lease[];
  /** The jobs handed out: `active`, each leased to the holder. */
  readonly jobs: readonly JobRecord[];
  /** The jobs taken back from other holders whose leases had ended. */
  readonly stalled: readonly StalledJob[];
  /**
   * The window of the rate, in milliseconds, of those names of the jobs handed out that have one: core gives back
   * `unstarted` what would start late by more than a part of that.
   */
  readonly windows?: ReadonlyMap<string, number>;
  /** The time the store used, in epoch milliseconds. */
  readonly now: number;
  /**
   * When to ask again if nothing happens before, by the same clock: the earliest `runAt` of a delayed job or
   * end of a lease. Equal to {@link now} when the store stopped halfway and has more to do. Not needed where
   * as many jobs were handed out as asked for.
   */
  readonly nextAt?: number;
}

/**
 * Stores leases for the {@link startLeaseConsumer lease consumer}: what an engine that is a plain
 * store has to give, so that core can run the worker loop over it. Each method is atomic over all
 * processes. A lease is the job's id and its `fencingToken`: it is held as long as the job is `active` with
 * that token. Nothing is ever done by id alone, since a worker may hold its own job again while a run that
 * lost it still lingers.
 *
 * A store that is away rejects with `JOBS_BACKEND_UNAVAILABLE`, within seconds, and core asks again. Any other
 * error says that the store refuses this very call: core then sends what ended lease by lease, and a job
 * whose outcome is refused alone fails with `JOBS_OUTCOME_REFUSED`.
 */
export interface LeaseStore {
  /**
   * Records what ended and hands out what is ready, in one step:
   *
   * 1. A `sequence` that is among the last two of the `holder` changes nothing. The answer is the one it had:
   *    the same `refused` and `stalled`, and those of its jobs that are still held with those tokens, read
   *    anew. The store keeps the ids and tokens for one lease.
   * 2. Each ended lease is recorded, or refused if it is not held, whatever becomes of the others.
   * 3. Jobs whose lease ended at `now` or before are taken back, unless `holder` itself holds them: the stall is counted, and they wait again, ahead of their priority's other jobs if
   *    the engine can, or fail with `stalls.error` when they stalled more than `stalls.max` times.
   * 4. Delayed jobs with `runAt ≤ now` become waiting: about 1,000 a call, and then `nextAt` is `now`.
   * 5. Up to `limit` waiting jobs, higher priority first, then first in first out, become `active` with a
   *    `fencingToken` one higher, `processedAt = now` and a lease of `leaseMs`. A job that `limits` does not
   *    allow now is passed over ({@link JobLimits}; those in a {@link LimitStore} go before). A paused queue
   *    hands out none.
   */
  exchange(params: ExchangeParams): MaybePromise<ExchangeAnswer>;

  /**
   * Renews leases for `leaseMs` from now, whether they ended meanwhile or not, as long as they are held;
   * answers which were not held any more, and which jobs somebody asked to cancel.
   */
  extend(params: {
    readonly holder: string;
    readonly leases: readonly Lease[];
    readonly now: number;
    readonly leaseMs: number;
  }): MaybePromise<{
    readonly lost: readonly Lease[];
    readonly cancelled: readonly LeaseCancellation[];
  }>;

  /**
   * Calls `onReady` when a job may have become ready other than by time, and `onCancel` when an
   * active job is to be cancelled; both for what this process learns of at once. Returns what ends
   * it. A store without it is looked at every poll interval.
   */
  watch?(params: {
    readonly onReady: () => void;
    readonly onCancel: (cancellation: LeaseCancellation) => void;
  }): MaybePromise<() => void>;
}
