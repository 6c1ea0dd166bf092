import type { JsonObject, JsonValue } from '../json/json-value.ts';
import type { Deduplication } from './deduplication.ts';
import type { JobRecord } from './job-record.ts';
import type { JobOrder } from './order-store.ts';
import type { Retention } from './retention.ts';
import type { StepEntry } from './step-store.ts';
import type { DependencyFailure, JobRef, WorkflowStore } from './workflow-store.ts';

/**
 * Describes a job to store. Core has validated every field, filled in the defaults, and copied {@link payload} and
 * {@link metadata}; no other code holds the copies, so a backend may keep them.
 */
export interface NewJob {
  /** Unique in the queue. Any string of 1 to 256 characters: encode it if the store restricts keys. */
  readonly id: string;
  /** The name of the job's definition. */
  readonly name: string;
  /** The handler's payload, after its JSON round trip. `undefined` is distinct from `null`. */
  readonly payload: JsonValue | undefined;
  /** The version of the payload's shape. */
  readonly version: number;
  /** Higher runs first: an integer from −1,000,000 to 1,000,000. */
  readonly priority: number;
  /** When it was enqueued, in epoch milliseconds by core's clock. */
  readonly createdAt: number;
  /** When it may start, in epoch milliseconds. Later than {@link createdAt}: it is `delayed` first. */
  readonly runAt: number;
  /** The delay, if one was given: a store with a clock of its own adds it to its own time. */
  readonly delayMs?: number;
  /** The number of attempts allowed in all. */
  readonly maxAttempts: number;
  /** When core fails it unstarted, in epoch milliseconds. The backend only stores it. */
  readonly expiresAt?: number;
  /** How long one attempt may take, in milliseconds, if it has a timeout of its own. The backend only stores it. */
  readonly timeoutMs?: number;
  /** The retention of completed jobs of its name, applied when this one completes. */
  readonly keepCompleted: Retention;
  /** The retention of failed jobs of its name, applied when this one fails. */
  readonly keepFailed: Retention;
  /** The retention of cancelled jobs of its name, applied when this one is cancelled. */
  readonly keepCancelled: Retention;
  /** Metadata beside the payload: trace context, tenant, schedule and tick. */
  readonly metadata: JsonObject;
  /** The deduplication key this job asks for. */
  readonly deduplication?: Deduplication;
  /** The key that a concurrency limit counts by: 1 to 256 bytes. */
  readonly concurrencyKey?: string;
  /** The key that a rate limit counts by: 1 to 256 bytes. */
  readonly rateKey?: string;
  /** The facts that orders other than first in, first out sort it by. */
  readonly order?: JobOrder;
  /** The jobs it is waiting for, which makes it `blocked`. Only in jobs for {@link WorkflowStore.add}. */
  readonly dependsOn?: readonly JobRef[];
  /** Its fate when one of those fails. Given with {@link dependsOn}. */
  readonly onDependencyFailure?: DependencyFailure;
  /** The tags it can be found by: 1 to 20 different ones, each of 1 to 100 characters. */
  readonly tags?: readonly string[];
  /** The parent job. */
  readonly parentId?: string;
  /** Entries that its steps have left already, stored in the same step: see {@link StepStore}. Only with the capability `steps`. */
  readonly steps?: readonly StepEntry[];
}

/** Reports the result for one {@link NewJob}; results are in the order given. */
export interface AddResult {
  /** The id of the stored job: the new one, or the one that was there. */
  readonly id: string;
  /**
   * - `added`: the job is stored.
   * - `duplicate`: a job of the same name has the id, or the key is held; nothing changed.
   * - `replaced`: the holder of the key took over the new job's content; see `DeduplicationMode`.
   */
  readonly outcome: 'added' | 'duplicate' | 'replaced';
  /** The stored job, for `duplicate` and `replaced`. If absent, core reads it. */
  readonly existing?: JobRecord;
}
