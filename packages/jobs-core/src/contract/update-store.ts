import type { JsonObject, JsonValue } from '../json/json-value.ts';
import type { Deduplication } from './deduplication.ts';
import type { JobOrder } from './order-store.ts';

/** Says which fields of stored jobs to change. An absent field stays. Core has validated and copied all of it. */
export interface JobUpdate {
  /**
   * The payload, with what is made from it: the version of its shape and the keys of limits; and, if its definition makes
   * them, its order, its tags and its deduplication key, `null` for none.
   */
  readonly payload?: {
    readonly value: JsonValue | undefined;
    readonly version: number;
    readonly concurrencyKey?: string;
    readonly rateKey?: string;
    readonly order?: JobOrder;
    readonly tags?: readonly string[];
    readonly deduplication?: Deduplication | null;
  };
  /** Higher runs first. A waiting job goes behind the others of its new priority. */
  readonly priority?: number;
  /** The start time, in epoch milliseconds: if later than now, the job becomes `delayed`; else ready. */
  readonly runAt?: number;
  /** The delay in whole milliseconds, if one was given: a store with a clock of its own adds it to its own time. */
  readonly delayMs?: number;
  /** The number of attempts allowed in all. */
  readonly maxAttempts?: number;
  /** All metadata beside its payload. */
  readonly metadata?: JsonObject;
}

/** Changes stored jobs: the part of a backend with the capability `updates`. */
export interface UpdateStore {
  /**
   * Changes jobs that are `waiting` or `delayed`, each in one step; returns how many. If only `metadata` is given, it
   * changes jobs of every state but `active`. Queue positions stay, except where a new priority or time moves the job.
   * With another deduplication key, a job frees the one it had and takes that one, as if it were enqueued then; a key that
   * it has already stays as it is, also if it does not hold it any more. A job whose new key another job holds stays as it is. A waiting job counts by the keys of its new payload at once. In a fair order it joins
   * its new key before it leaves the old one: an unchanged key keeps its turn, and the virtual time goes on.
   *
   * @throws JobsError `JOBS_CONFLICT` (`keyHeldError`) when a single id is given and another job holds its new key
   */
  update(params: { readonly ids: readonly string[]; readonly changes: JobUpdate }): Promise<number>;
}
