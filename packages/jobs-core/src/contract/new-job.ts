import type { JsonObject, JsonValue } from '../json/json-value.ts';
import type { Deduplication } from './deduplication.ts';
import type { JobRecord } from './job-record.ts';
import type { Retention } from './retention.ts';

/**
 * Describes a job to be stored. Core has validated every field, filled in the defaults, and made
 * {@link payload} and {@link metadata} copies nobody else holds, so a backend may keep them.
 */
export interface NewJob {
  /** Unique in the queue. Any string of 1 to 256 characters, so encode it where the store is choosy. */
  readonly id: string;
  /** The name of the job's definition. */
  readonly name: string;
  /** What the handler will get, after its JSON round trip. `undefined` is kept apart from `null`. */
  readonly payload: JsonValue | undefined;
  /** The version of the payload's shape. */
  readonly version: number;
  /** Higher runs first: an integer from −1,000,000 to 1,000,000. */
  readonly priority: number;
  /** When it was enqueued, in epoch milliseconds by core's clock. */
  readonly createdAt: number;
  /** When it may start, in epoch milliseconds. Later than {@link createdAt}: it is `delayed` first. */
  readonly runAt: number;
  /** By how much it was delayed, where a length was given: a store with a clock of its own adds it to its now. */
  readonly delayMs?: number;
  /** How many attempts it has in all. */
  readonly maxAttempts: number;
  /** When core will fail it unstarted, in epoch milliseconds. The backend only stores it. */
  readonly expiresAt?: number;
  /** What is kept of completed jobs of its name when this one completes. */
  readonly keepCompleted: Retention;
  /** What is kept of failed jobs of its name when this one fails. */
  readonly keepFailed: Retention;
  /** What is kept of cancelled jobs of its name when this one is cancelled. */
  readonly keepCancelled: Retention;
  /** Facts beside the payload: trace context, tenant, schedule and tick. */
  readonly metadata: JsonObject;
  /** The key this job wants to hold. */
  readonly deduplication?: Deduplication;
  /** What a limit on concurrency is counted by: 1 to 256 bytes. */
  readonly concurrencyKey?: string;
  /** What a rate limit is counted by: 1 to 256 bytes. */
  readonly rateKey?: string;
  /** Where it stands in another order than first in, first out: its class, and its number within that. */
  readonly order?: readonly [cls: number, number: number];
  /** The ids of the jobs it waits for. */
  readonly dependsOn?: readonly string[];
  /** What it can be found by. */
  readonly tags?: readonly string[];
  /** The job this one belongs to. */
  readonly parentId?: string;
}

/** Answers for one {@link NewJob}, in the order given. */
export interface AddResult {
  /** The id of the job that is stored: the new one, or the one that was there. */
  readonly id: string;
  /**
   * - `added`: the job is stored.
   * - `duplicate`: the id is known, of a job of the same name, or the key is held; nothing changed.
   * - `replaced`: the holder of the key took over what the new job brings; see `DeduplicationMode`.
   */
  readonly outcome: 'added' | 'duplicate' | 'replaced';
  /** The job that is stored, with `duplicate` and `replaced`. Where it is absent, core reads it. */
  readonly existing?: JobRecord;
}
