import type { Lease, StalledJob } from '../contract/consumer.ts';
import type { JobLimits } from '../contract/job-limits.ts';
import type { JobRecord } from '../contract/job-record.ts';
import type { Outcome } from '../contract/outcome.ts';
import type { KEPT_ANSWERS } from './kept-answers.ts';
import type { Stalls } from './stalls.ts';

/** A store's answer: the value itself if it is available synchronously, else a promise of it. */
export type MaybePromise<T> = T | Promise<T>;

/** Asks a store to cancel a job that a worker holds. */
export interface LeaseCancellation {
  /** The lease whose job is to be cancelled. */
  readonly lease: Lease;
  /** The reason. */
  readonly reason?: string;
  /** Whether the worker ends the job without waiting for its handler. */
  readonly force: boolean;
}

/** An outcome that a store has to record: all but `recorded`, which it has already stored. */
export type EndedOutcome = Exclude<Outcome, { readonly type: 'recorded' }>;

/** Pairs a lease whose run ended with its outcome. */
export interface EndedLease {
  /** The lease. */
  readonly lease: Lease;
  /** The outcome to record. */
  readonly outcome: EndedOutcome;
  /** The store's handle of the job, if the answer that handed it out had {@link ExchangeAnswer.handles}. */
  readonly handle?: unknown;
}

/** Holds what a worker sends with an exchange, and what it asks for. */
export interface ExchangeParams {
  /** The caller: the id of a worker, unique for its life, or another name that the worker goes on under. */
  readonly holder: string;
  /**
   * Counts the exchanges of a worker from 1, under whatever names it makes them. A call whose answer was lost is repeated with the number it had,
   * and with the same {@link ended}.
   */
  readonly sequence: number;
  /** The leases that ended: at most 128 a call. */
  readonly ended: readonly EndedLease[];
  /** The number of jobs the holder can start: 0 to 64. With 0 the store makes no job ready and hands out none. */
  readonly limit: number;
  /**
   * How many of these the holder has no free slot for yet: it does not wait for them, so a store that wakes waiting holders
   * one by one must not wake this one for them. Once it has a free slot, it asks again by itself. @default 0
   */
  readonly ahead?: number;
  /**
   * Whether the holder takes no more jobs. The store then keeps back even those that are to fail for a dependency, which
   * it otherwise hands out whatever the {@link limit}. @default false
   */
  readonly isStopping?: boolean;
  /** The caller's time in epoch milliseconds; a store with a clock of its own uses that instead. */
  readonly now: number;
  /** How long the leases handed out last, in milliseconds. */
  readonly leaseMs: number;
  /** The limits of each name, as in the worker's definitions. Names without limits are absent. */
  readonly limits: ReadonlyMap<string, JobLimits>;
  /** How many times a job may lose its lease and be handed out again, and the error it fails with beyond that. */
  readonly stalls: Stalls;
}

/** Holds the answer of an exchange. */
export interface ExchangeAnswer {
  /** The ended leases that were not held any more: the store ignored their outcomes. */
  readonly refused: readonly Lease[];
  /** The jobs handed out: `active`, each leased to the holder. */
  readonly jobs: readonly JobRecord[];
  /**
   * A handle for each of the {@link jobs}, in their order: objects that mean something to the store alone, which gets
   * them back with the ended leases and need not look the jobs up. Core may leave them out.
   */
  readonly handles?: readonly unknown[];
  /** The jobs taken back from other holders, whose leases had ended. A holder is a name: they may be the same worker's. */
  readonly stalled: readonly StalledJob[];
  /**
   * The rate window, in milliseconds, of each name among the jobs handed out that has a rate: core gives a job back
   * `unstarted` if it would start late by more than a part of that window.
   */
  readonly windows?: ReadonlyMap<string, number>;
  /** The time the store used, in epoch milliseconds. */
  readonly now: number;
  /**
   * When to call again if nothing happens before, by the same clock: the earliest `runAt` of a delayed job or end of
   * a lease. Equal to {@link now} when the store stopped halfway and has more to do. Not needed when the store handed
   * out as many jobs as requested.
   */
  readonly nextAt?: number | undefined;
}

/**
 * Stores leases for the {@link startLeaseConsumer lease consumer}: the methods an engine that is a plain store has to
 * provide, so that core can run the worker loop over it. Each method is atomic over all processes. A lease is the
 * job's id and its `fencingToken`: it is held as long as the job is `active` with that token. No method acts on an id
 * alone, since a worker may hold its own job again while a run that lost it is still going on.
 *
 * When the store is unavailable, a method rejects with `JOBS_BACKEND_UNAVAILABLE`, within seconds, and core calls
 * again. Any other error means that the store refuses this very call: core then sends the ended leases one by one,
 * and a job whose outcome is refused alone fails with `JOBS_OUTCOME_REFUSED`.
 */
export interface LeaseStore {
  /**
   * Whether an exchange costs about the same whatever it holds, as where each is written to a disk. Core then asks for all
   * the jobs it can start instead of half of them, and leaves what ends during an exchange for the next one, unless that
   * is more than half of the jobs. @default false
   */
  readonly prefersLarge?: boolean;

  /**
   * Records ended leases and hands out ready jobs, in one step:
   *
   * 1. A `sequence` that is among the last {@link KEPT_ANSWERS} of the `holder` changes nothing. The answer is the
   * earlier one: the same `refused` and `stalled`, and those of its jobs that are still held with those tokens, read
   * again. The store keeps the ids and tokens for one lease. Core sends a number only when it needs no answer any more
   * to those that are lower by that many or more: so a store may keep an answer in the place
   * `sequence % KEPT_ANSWERS`.
   * 2. Each ended lease is recorded, or refused if it is not held, independently of the others.
   * 3. Jobs whose lease ended at `now` or before are taken back, unless `holder` itself holds them: by that name,
   *    since a worker goes on under another one to lose what it does not know. The stall
   *    is counted, and they are waiting again, ahead of their priority's other jobs if the engine can, or fail
   *    with `stalls.error` when they stalled more than `stalls` allows their name.
   * 4. Delayed jobs with `runAt ≤ now` become waiting: about 1,000 a call, and then `nextAt` is `now`.
   * 5. Up to `limit` waiting jobs, higher priority first, then first in first out, become `active` with a
   *    `fencingToken` one higher, `processedAt = now` and a lease of `leaseMs`. A job that `limits` does not
   *    allow now is passed over ({@link JobLimits}; those in a {@link LimitStore} go before). A paused queue
   *    hands out none.
   */
  exchange(params: ExchangeParams): MaybePromise<ExchangeAnswer>;

  /**
   * Renews leases for `leaseMs` from now, even those that ended meanwhile, as long as they are held; returns which
   * were not held any more, and which jobs have a cancel request. They belong to `holder` then: a worker may go on under
   * another name.
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
   * Calls `onReady` when a job may have become ready other than by time, and `onCancel` when an active job is to be
   * cancelled; both for events this process learns of immediately. Returns a function that ends it. Core polls a
   * store without it at every poll interval.
   */
  watch?(params: {
    readonly onReady: () => void;
    readonly onCancel: (cancellation: LeaseCancellation) => void;
  }): MaybePromise<() => void>;
}
