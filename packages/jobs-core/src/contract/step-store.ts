import type { MaybePromise } from '../lease/lease-store.ts';
import type { Lease } from './consumer.ts';

/** Holds one entry that is stored with a job: what a step left, or a signal to it. */
export interface StepEntry {
  /** Unique in its job: 1 to 256 characters, none of which is invisible. */
  readonly key: string;
  /** The text that core stored, as well-formed text. */
  readonly text: string;
}

/**
 * Says what became of a signal.
 *
 * - `stored`: it is stored; a job that was delayed for a signal is ready.
 * - `ended`: the job had ended; nothing is stored.
 * - `not-found`: there is no such job.
 */
export type SignalResult = 'stored' | 'ended' | 'not-found';

/**
 * Stores what the steps of a job leave, each entry in a field or row of its own, since a job may have a thousand: the part of
 * a backend with the capability `steps`. The entries stay until the job is removed, whatever becomes of it, and go with it: a new
 * job of its id has none but those that it brings ({@link NewJob.steps}). So does a job that takes over the content of a new one by its
 * deduplication key. Core bounds their number and their size.
 *
 * A `snooze` that is recorded with `reason: 'signal'` names the entry that it waits for: if that is there, the job is put back
 * to run now.
 */
export interface StepStore {
  /** Reads all entries of a job, in any order; none of an unknown one. */
  read(params: { readonly id: string }): MaybePromise<readonly StepEntry[]>;
  /** Stores an entry, in place of an earlier one of its key, if the lease is held; returns whether it was. */
  write(params: { readonly lease: Lease } & StepEntry): MaybePromise<boolean>;
  /**
   * Stores an entry from outside of the job, in place of an earlier one of its key, if the job has not ended. In the same step, a job
   * that is `delayed` with the `snoozeReason` `signal` becomes ready, as `promote` makes it.
   */
  signal(params: {
    readonly id: string;
    readonly key: string;
    readonly text: string;
    readonly now: number;
  }): MaybePromise<SignalResult>;
  /** Removes all entries of a job that has ended; returns whether it has. */
  clear(params: { readonly id: string }): MaybePromise<boolean>;
}
