import type { SerializedError } from '../errors/serialize-error.ts';

/** Says how many times a job may lose its lease and be handed out again, and the error it fails with beyond that. */
export interface Stalls {
  /** The number for the names that {@link maxOf} does not have. */
  readonly max: number;
  /** The number of each name whose definition says it. */
  readonly maxOf: ReadonlyMap<string, number>;
  /** The error of a job that lost its lease more often. */
  readonly error: SerializedError;
}

/** Returns the function that says how many times a job of a name may lose its lease. */
export function maxStallsOf({ max, maxOf }: Stalls): (name: string) => number {
  return (name) => maxOf.get(name) ?? max;
}

/** Writes the numbers as JSON, for stores that decide within their server: `{ "max": 1, "maxOf": { "name": 2 } }`. */
export function stallsText({ max, maxOf }: Stalls): string {
  return JSON.stringify({ max, maxOf: Object.fromEntries(maxOf) });
}
