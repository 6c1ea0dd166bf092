import type { JsonObject, JsonValue } from '../json/json-value.ts';
import type { JobOrder } from './order-store.ts';

/** Says which fields of stored jobs to change. An absent field stays. Core has validated and copied all of it. */
export interface JobUpdate {
  /** The payload, with the fields that depend on it: the version of its shape, the keys of limits, its order. */
  readonly payload?: {
    readonly value: JsonValue | undefined;
    readonly version: number;
    readonly concurrencyKey?: string;
    readonly rateKey?: string;
    readonly order?: JobOrder;
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
   * changes jobs of every state but `active`. Deduplication keys and queue positions stay, except where a new
   * priority or time moves the job. A waiting job counts by the keys of its new payload at once. In a fair order it joins
   * its new key before it leaves the old one: an unchanged key keeps its turn, and the virtual time goes on.
   */
  update(params: { readonly ids: readonly string[]; readonly changes: JobUpdate }): Promise<number>;
}
