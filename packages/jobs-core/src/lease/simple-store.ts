import type { AttemptFailure } from '../contract/attempt-failure.ts';
import type { Lease, StalledJob } from '../contract/consumer.ts';
import type { JobRecord } from '../contract/job-record.ts';
import type { SnoozeReason } from '../contract/outcome.ts';
import type { SerializedError } from '../errors/serialize-error.ts';
import type { JsonValue } from '../json/json-value.ts';
import type { LeaseCancellation, LeaseStore, MaybePromise } from './lease-store.ts';

/**
 * Leases jobs one step at a time: the smallest store to start a backend with. `fromSimpleStore` makes a {@link
 * LeaseStore} of it. Each method is atomic over all processes. A lease is held as long as the job is `active` with
 * that `fencingToken`; a method given another token changes nothing and returns so.
 */
export interface SimpleStore {
  /**
   * Hands out ready jobs: first the delayed ones with `runAt ≤ now` become waiting; then up to
   * `limit` waiting jobs, higher priority first, then first in first out, become `active` with
   * `fencingToken` one higher, `processedAt = now` and a lease until `leaseUntil`. While as many jobs
   * of a name are active as `concurrencyLimits` allows, those of that name are passed over. A paused
   * queue hands out none.
   *
   * When fewer than `limit` are handed out, `nextAt` is when to look again if nothing happens
   * before: the earliest `runAt` of a delayed job or end of a lease. It is `now` where more delayed jobs are due
   * than were made waiting: about 1,000 a call.
   */
  claim(params: {
    readonly limit: number;
    readonly now: number;
    readonly leaseUntil: number;
    readonly concurrencyLimits: ReadonlyMap<string, number>;
  }): MaybePromise<{ readonly jobs: readonly JobRecord[]; readonly nextAt?: number }>;

  /** Renews leases; returns which were not held any more, and which jobs have a cancel request. */
  extend(params: { readonly leases: readonly Lease[]; readonly leaseUntil: number }): MaybePromise<{
    readonly lost: readonly Lease[];
    readonly cancelled: readonly LeaseCancellation[];
  }>;

  /** Makes the job `completed`, counts the attempt and keeps `failures`; returns whether the lease was held. */
  complete(params: {
    readonly lease: Lease;
    readonly result: JsonValue | undefined;
    readonly now: number;
  }): MaybePromise<boolean>;

  /**
   * Puts the job back until `runAt` (`waiting` if that is not later than `now`, else `delayed`).
   * With `error` an attempt was used: it is counted, and `error` and `failures` replace the stored ones. With
   * `snoozeReason` none was used, and both stay as they are; a job that is waiting again as `released` goes ahead of its
   * priority's other jobs. With `signal`, which only a backend with steps gets, it goes back to run `now` if that entry is stored.
   * `ahead` means that the job never started: it goes ahead of them too, and keeps its `runAt` and
   * its earlier snooze reason. Returns whether the lease was held.
   */
  release(params: {
    readonly lease: Lease;
    readonly runAt: number;
    readonly now: number;
    readonly error?: SerializedError;
    readonly failures?: readonly AttemptFailure[];
    readonly snoozeReason?: SnoozeReason;
    readonly signal?: string;
    readonly ahead?: boolean;
  }): MaybePromise<boolean>;

  /**
   * Makes the job `status`, which is `failed` or `cancelled`, with `error` and `failures`, counting an attempt if one
   * was used; returns whether the lease was held.
   */
  fail(params: {
    readonly lease: Lease;
    readonly status: 'failed' | 'cancelled';
    readonly error: SerializedError;
    readonly failures: readonly AttemptFailure[];
    readonly attemptUsed: boolean;
    readonly now: number;
  }): MaybePromise<boolean>;

  /**
   * Takes back the jobs whose lease ended at `now` or before: counts the stall and makes them `waiting` again, ahead
   * of their priority's other jobs if the engine can, or `failed` with `stalledError` when they stalled more than
   * `maxStalledCount(name)` times. Returns those jobs.
   */
  recover(params: {
    readonly now: number;
    readonly maxStalledCount: (name: string) => number;
    readonly stalledError: SerializedError;
  }): MaybePromise<readonly StalledJob[]>;

  /** Reports what this process learns of immediately; see {@link LeaseStore}. */
  watch?: LeaseStore['watch'];
}
