import type { RareFields } from '../state/stored-job.ts';

/** Forgets what the start of a job was charged with. */
export function dropCharge(rare: RareFields | undefined): void {
  if (rare !== undefined && rare.chargedAt !== 0) rare.chargedAt = 0;
}
