import type { Clock } from '../clock/clock.ts';
import type { ConsumeParams, Consumer } from '../contract/consumer.ts';
import { LeaseLoop } from './lease-loop.ts';
import type { LeaseStore } from './lease-store.ts';

/** Holds the parameters of a lease consumer. */
export interface LeaseConsumerOptions {
  /** The lease store. */
  readonly store: LeaseStore;
  /** The clock. */
  readonly clock: Clock;
  /** The parameters of `Backend.consume`. */
  readonly params: ConsumeParams;
  /**
   * How often to look for jobs that other processes made ready, in milliseconds. @default never for a store with
   * `watch`, else 1,000
   */
  readonly pollInterval?: number;
}

/** A consumer that runs over a {@link LeaseStore}. */
export interface LeaseConsumer extends Consumer {
  /**
   * Ends immediately, as if the process had died: gives nothing back and records nothing more, so leases run out. For
   * `Backend.close({ force: true })`.
   */
  abandon(): void;
}

/**
 * Runs the worker loop over a plain store: records ended leases and asks for jobs in one exchange, and renews the
 * leases in between. Three things start work: `watch`, a job that ends, and one timer for what becomes ready by time.
 */
export async function startLeaseConsumer(options: LeaseConsumerOptions): Promise<LeaseConsumer> {
  const loop = new LeaseLoop(options);
  await loop.start();
  return loop;
}
