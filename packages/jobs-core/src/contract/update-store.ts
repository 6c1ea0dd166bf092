import type { JsonObject, JsonValue } from '../json/json-value.ts';

/** Says what to change of stored jobs. What is absent stays. Core has validated and copied all of it. */
export interface JobUpdate {
  /** The payload, with what depends on it: the version of its shape, and the keys of limits. */
  readonly payload?: {
    readonly value: JsonValue | undefined;
    readonly version: number;
    readonly concurrencyKey?: string;
    readonly rateKey?: string;
  };
  /** Higher runs first. A waiting job goes behind the others of its new priority. */
  readonly priority?: number;
  /** When it may start, in epoch milliseconds: later than now, it is `delayed` from then on; else ready. */
  readonly runAt?: number;
  /** How many attempts it has in all. */
  readonly maxAttempts?: number;
  /** The facts beside its payload, all of them. */
  readonly metadata?: JsonObject;
}

/** Changes stored jobs: the part of a backend with the capability `updates`. */
export interface UpdateStore {
  /**
   * Changes jobs that are `waiting` or `delayed`, each in one step; answers how many. Where nothing but
   * `metadata` is given, it changes jobs of every state but `active`. Deduplication keys and places in
   * line stay, except for what a new priority or time moves.
   */
  update(params: { readonly ids: readonly string[]; readonly changes: JobUpdate }): Promise<number>;
}
