/**
 * Says whether the worker of an active job still holds it. A worker renews its leases three times in their length: one that has
 * ended is that of a worker that died, lost its connection, or stands still.
 */
export interface JobLease {
  /** Whether it has ended, by the store's clock: the next worker that looks takes the job back. */
  readonly hasEnded: boolean;
  /** When it ends or ended, in epoch milliseconds; absent where the store no longer knows. */
  readonly endsAt?: number;
}

/** Makes a {@link JobLease} of the time at which a lease ends, and the store's time. */
export function leaseUntil(endsAt: number, now: number): JobLease {
  return { hasEnded: endsAt <= now, endsAt };
}
