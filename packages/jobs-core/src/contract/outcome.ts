import type { SerializedError } from '../errors/serialize-error.ts';
import type { JsonValue } from '../json/json-value.ts';
import type { AttemptFailure } from './attempt-failure.ts';
import type { NewJob } from './new-job.ts';

/**
 * Says why a job was put back without using an attempt.
 *
 * - `rate-limit`: it has a reservation at `runAt`.
 * - `snoozed`: its handler called `snooze`.
 * - `unknown-job`, `unknown-version`: the worker has no definition for it; another may.
 * - `children`: its handler added jobs, and runs again when they have ended.
 * - `step`: it sleeps until a date, or until a step of it is tried again.
 * - `signal`: it waits for a signal, at most until `runAt`.
 * - `released`: its worker stopped before it was done.
 */
export type SnoozeReason =
  | 'rate-limit'
  | 'snoozed'
  | 'unknown-job'
  | 'unknown-version'
  | 'children'
  | 'step'
  | 'signal'
  | 'released';

/** Describes the dead letter to store when a job fails for good. */
export interface DeadLetterToStore {
  /** The name of the queue that keeps it. */
  readonly queue: string;
  /** The job to add there; if its id is known, nothing is added. */
  readonly job: NewJob;
}

/**
 * Says what core decided about one run of a job. The backend records it and decides nothing. Every outcome but
 * `snooze`, `unstarted` and `recorded` counts one attempt, except a `fail` or a `cancel` with `attemptUsed: false`.
 * Where the decision was a delay, `delayMs` gives it beside `runAt`, for stores with a clock of their own.
 */
export type Outcome =
  | {
      /** The handler returned; the job is `completed`. */
      readonly type: 'complete';
      readonly result: JsonValue | undefined;
    }
  | {
      /** The attempt failed and another follows at `runAt` (epoch milliseconds). */
      readonly type: 'retry';
      readonly error: SerializedError;
      /** The new value of `JobRecord.failures`: the whole list, this attempt's failure last. */
      readonly failures: readonly AttemptFailure[];
      readonly runAt: number;
      readonly delayMs?: number;
    }
  | {
      /**
       * Put back until `runAt` (epoch milliseconds); no attempt was used. One that was `released`, and is due, waits ahead
       * of its priority's other jobs, as one that was taken back does.
       */
      readonly type: 'snooze';
      /**
       * The {@link RateLimiter} key under which `runAt` is reserved; the reservation is given back if the job goes
       * before.
       */
      readonly turn?: string;
      readonly reason: SnoozeReason;
      /** The key of the {@link StepStore} entry that a `signal` waits for: if it is stored, the job is put back to run now. */
      readonly signal?: string;
      readonly runAt: number;
      readonly delayMs?: number;
    }
  | {
      /** The job has `failed` for good. `attemptUsed` is false when its handler never ran. */
      readonly type: 'fail';
      readonly error: SerializedError;
      /** The new value of `JobRecord.failures`: the whole list, with this attempt's failure last if one was used. */
      readonly failures: readonly AttemptFailure[];
      readonly attemptUsed: boolean;
      /**
       * A job to add to another queue of the same store, made if need be, in the step that records the failure: a
       * crash leaves both or neither. Only for a store with the capability `deadLetters`.
       */
      readonly deadLetter?: DeadLetterToStore;
    }
  | {
      /** The job is `cancelled` on request. `attemptUsed` is false when its handler never ran. */
      readonly type: 'cancel';
      readonly error: SerializedError;
      /** The new value of `JobRecord.failures`: the whole list, with this attempt's last if one was used. */
      readonly failures: readonly AttemptFailure[];
      readonly attemptUsed: boolean;
    }
  | {
      /**
       * The job goes back to the place it was taken from, as if it had not been taken: its slot and its start
       * are free again.
       */
      readonly type: 'unstarted';
      /** The keys of its limits, to be stored with it. */
      readonly keys?: { readonly concurrencyKey?: string; readonly rateKey?: string };
    }
  | {
      /**
       * The handler completed it in a transaction of its own: the store already has the outcome, so nothing is left
       * to record.
       */
      readonly type: 'recorded';
    };
