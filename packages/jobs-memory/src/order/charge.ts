import type { RareFields } from '../state/stored-job.ts';

/** Records the turn of a key before a job of it started, to give that back. */
export interface Charge {
  /** The virtual time from which the number of its head counted. */
  readonly base: number;
  /** When that had changed. */
  readonly since: number;
  /** The change that charged the start; `0` is none. */
  readonly at: number;
}

/**
 * Notes in a job what its start was charged with. As numbers: an object of its own would be new, and a garbage
 * collection pays for each new object that an old one refers to.
 */
export function keepCharge(rare: RareFields, { base, since, at }: Charge): void {
  rare.chargedBase = base;
  rare.chargedSince = since;
  rare.chargedAt = at;
}

/** Forgets what the start of a job was charged with. */
export function dropCharge(rare: RareFields | undefined): void {
  if (rare !== undefined && rare.chargedAt !== 0) rare.chargedAt = 0;
}
