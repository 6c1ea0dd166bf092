import { abortableDelay } from '../clock/abortable-delay.ts';
import type { Clock } from '../clock/clock.ts';
import type { ConsumeParams, Lease } from '../contract/consumer.ts';
import type { JobRecord } from '../contract/job-record.ts';
import { cancelledError } from '../errors/cancelled-error.ts';
import { JobsError } from '../errors/jobs-error.ts';
import { InFlight, type Placed } from '../in-flight/in-flight.ts';
import type { LeaseCancellation, LeaseStore } from './lease-store.ts';

/** The most often leases are looked after when others may cancel their jobs. */
const SHORTEST_ROUND_MS = 100;

/** A lease as its keeper knows it. */
export interface HeldLease extends Lease, Placed {
  /** Until when the store keeps the lease, as far as this process knows. */
  until: number;
}

interface LeaseKeeperOptions {
  readonly store: LeaseStore;
  readonly clock: Clock;
  readonly params: ConsumeParams;
  readonly pollInterval: number;
  /** Is told when jobs that others lost are waiting again. */
  readonly onRecovered: () => void;
}

/**
 * Keeps the leases of one consumer: renews them, aborts what was lost or cancelled, takes back what
 * other workers lost. While it holds none it does nothing.
 */
export class LeaseKeeper {
  readonly #options: LeaseKeeperOptions;
  readonly #held = new InFlight<HeldLease>();
  readonly #roundMs: number;
  #armed = false;
  #ended = false;

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
    // Thrice in a lease: one that fails is followed by another in time.
    const renewMs = options.params.lockDuration / 3;
    this.#roundMs = Math.min(renewMs, Math.max(SHORTEST_ROUND_MS, options.pollInterval));
  }

  /** How many jobs are active here, those whose lease was lost included. */
  get size(): number {
    return this.#held.size;
  }

  /** Takes care of a job just claimed, whose lease lasts until then. */
  add({ id, fencingToken }: JobRecord, until: number): HeldLease {
    const lease: HeldLease = { id, fencingToken, until, place: -1 };
    this.#held.add(lease);
    this.#arm();
    return lease;
  }

  /** Tells whether a lease is held, as far as is known here. */
  holds({ until, place }: HeldLease): boolean {
    return until > 0 && place >= 0;
  }

  /** Forgets a job that ended. */
  delete(lease: HeldLease): void {
    this.#held.delete(lease);
  }

  /** Aborts the run of a job somebody asked to cancel. */
  cancel({ lease, reason, force }: LeaseCancellation): void {
    if (this.#find(lease) === undefined) return;
    this.#options.params.abort({ lease, error: cancelledError(lease.id, reason), force });
  }

  /** Aborts all runs. */
  abortAll(error: JobsError): void {
    for (const lease of this.#held.items()) this.#options.params.abort({ lease, error });
  }

  /** Gives back all jobs still held, without using an attempt; gives up after `timeout`. */
  async giveBackAll(timeout: number): Promise<void> {
    const { store, clock, params } = this.#options;
    const now = clock.now();
    const releases = this.#held.items().map(async (lease) => {
      try {
        await store.release({ lease, runAt: now, now, snoozeReason: 'released' });
      } catch (error) {
        params.onError(error);
      }
    });
    if (releases.length === 0) return;
    const over = new AbortController();
    const bound = abortableDelay(clock, timeout, over.signal).catch(() => undefined);
    await Promise.race([Promise.all(releases), bound]);
    over.abort();
  }

  /** Takes back jobs whose lease ran out, on whatever worker. */
  async recover(): Promise<void> {
    const { store, clock, params } = this.#options;
    try {
      const answer = store.recover({
        now: clock.now(),
        maxStalledCount: params.maxStalledCount,
        stalledError: params.stalledError,
      });
      const stalled = answer instanceof Promise ? await answer : answer;
      for (const job of stalled) params.onStalled(job);
      if (stalled.some((job) => !job.failed)) this.#options.onRecovered();
    } catch (error) {
      params.onError(error);
    }
  }

  /** Stops looking after anything. */
  end(): void {
    this.#ended = true;
    this.#held.clear();
  }

  #arm(): void {
    if (this.#armed || this.#ended) return;
    this.#armed = true;
    const round = (): void => {
      this.#armed = false;
      // Disarmed only when a round finds nothing held, or every short job would set a timer.
      if (this.#held.size > 0 && !this.#ended) void this.#renew().then(() => this.#arm());
    };
    this.#options.clock.setTimeout(round, this.#roundMs, { background: true });
  }

  async #renew(): Promise<void> {
    const { store, clock, params } = this.#options;
    const leases = this.#held.items().filter((lease) => lease.until > 0);
    const leaseUntil = clock.now() + params.lockDuration;
    try {
      const { lost, cancelled } = await store.extend({ leases, leaseUntil });
      for (const lease of leases) if (lease.until > 0) lease.until = leaseUntil;
      for (const lease of lost) this.#lose(lease);
      for (const cancellation of cancelled) this.cancel(cancellation);
    } catch (error) {
      params.onError(error);
      const now = clock.now();
      for (const lease of leases) if (lease.until <= now) this.#lose(lease);
    }
    await this.recover();
  }

  #lose(lease: Lease): void {
    const held = this.#find(lease);
    if (held === undefined) return;
    held.until = 0;
    const error = new JobsError(
      'JOBS_LEASE_LOST',
      `The lease of job \`${lease.id}\` was lost; another worker may run it.`,
      { details: { jobId: lease.id, fencingToken: lease.fencingToken } },
    );
    this.#options.params.abort({ lease, error });
    this.#options.params.onError(error);
  }

  #find(lease: Lease): HeldLease | undefined {
    return this.#held.find(({ id, fencingToken }) => {
      return id === lease.id && fencingToken === lease.fencingToken;
    });
  }
}
