import type { SerializedError } from '../errors/serialized-error.ts';
import type { JsonValue } from '../json/json-value.ts';
import type { AttemptFailure } from './attempt-failure.ts';

/**
 * Tells why a job was put back without using an attempt.
 *
 * - `rate-limit`: it holds a reserved slot at `runAt`.
 * - `snoozed`: its handler asked for it.
 * - `unknown-job`, `unknown-version`: the worker does not know it; another may.
 * - `released`: its worker stopped before it was done.
 */
export type SnoozeReason =
  | 'rate-limit'
  | 'snoozed'
  | 'unknown-job'
  | 'unknown-version'
  | 'released';

/**
 * Says what core decided about one run of a job. The backend records it and decides nothing.
 * Every outcome but `snooze`, `unstarted` and `recorded` counts one attempt, except a `fail` or a `cancel` with
 * `attemptUsed: false`. Where a length was meant, `delayMs` says it beside `runAt`, for stores with a clock of
 * their own.
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
      /** What `JobRecord.failures` becomes: the whole list, this attempt's failure last. */
      readonly failures: readonly AttemptFailure[];
      readonly runAt: number;
      readonly delayMs?: number;
    }
  | {
      /** Put back until `runAt` (epoch milliseconds); no attempt was used. */
      readonly type: 'snooze';
      /** Under which key of the {@link RateLimiter} `runAt` is reserved: to be given back when the job goes before. */
      readonly turn?: string;
      readonly reason: SnoozeReason;
      readonly runAt: number;
      readonly delayMs?: number;
    }
  | {
      /** The job has `failed` for good. `attemptUsed` is false when its handler never ran. */
      readonly type: 'fail';
      readonly error: SerializedError;
      /** What `JobRecord.failures` becomes: the whole list, with this attempt's failure last if one was used. */
      readonly failures: readonly AttemptFailure[];
      readonly attemptUsed: boolean;
    }
  | {
      /** The job is `cancelled`, as somebody asked. `attemptUsed` is false when its handler never ran. */
      readonly type: 'cancel';
      readonly error: SerializedError;
      /** What `JobRecord.failures` becomes: the whole list, with this attempt's last if one was used. */
      readonly failures: readonly AttemptFailure[];
      readonly attemptUsed: boolean;
    }
  | {
      /** Given back to the very place it was taken from, as if it had not been: its slot and its start are free again. */
      readonly type: 'unstarted';
      /** The keys it is limited by, to be stored with it. */
      readonly keys?: { readonly concurrencyKey?: string; readonly rateKey?: string };
    }
  | {
      /** The handler completed it in a transaction of its own: the store knows, there is nothing to record. */
      readonly type: 'recorded';
    };
