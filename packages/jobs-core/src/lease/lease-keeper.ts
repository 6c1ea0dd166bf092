import type { Clock } from '../clock/clock.ts';
import type { ConsumeParams, Lease } from '../contract/consumer.ts';
import type { CancelRequest, JobRecord } from '../contract/job-record.ts';
import { cancelledError, leaseLostError } from '../errors/error-factories.ts';
import { isJobsError, type JobsError } from '../errors/jobs-error.ts';
import { InFlight } from '../in-flight/in-flight.ts';
import { HeldLease, type OutcomeTaker } from './held-lease.ts';
import type { LeaseCancellation, LeaseStore } from './lease-store.ts';

/** The shortest interval between renewals, for workers that may cancel each other's jobs. */
const SHORTEST_ROUND_MS = 100;

interface LeaseKeeperOptions {
  readonly store: LeaseStore;
  readonly clock: Clock;
  readonly params: ConsumeParams;
  readonly pollInterval: number;
  /** Takes the outcomes of the runs of held jobs. */
  readonly taker: OutcomeTaker;
  /** Reports that the cancellation of a job was requested whose run is not under way. */
  readonly onCancelled: (held: HeldLease, request: CancelRequest) => void;
  /** Reports that a round is over: it is time to look whether other workers lost their jobs. */
  readonly onRound: () => void;
  /** Reports that a lease was given up that the store may still consider held. */
  readonly onGivenUp: () => void;
  /** Returns the holder name under which the store knows this worker. */
  readonly holder: () => string;
}

/**
 * Renews the leases of one consumer, and aborts the runs of those lost or cancelled. Does nothing while it holds
 * none.
 */
export class LeaseKeeper {
  readonly #options: LeaseKeeperOptions;
  readonly #taker: OutcomeTaker;
  readonly #held = new InFlight<HeldLease>();
  readonly #roundMs: number;
  #armed = false;
  #ended = false;

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
    this.#taker = options.taker;
    // Three times per lease duration: if one renewal fails, another follows in time.
    const renewMs = options.params.lockDuration / 3;
    this.#roundMs = Math.min(renewMs, Math.max(SHORTEST_ROUND_MS, options.pollInterval));
  }

  /** The number of jobs held here, including those that ended and are not recorded yet, or whose hooks still run. */
  get size(): number {
    return this.#held.size;
  }

  /** Takes charge of a job just handed out, whose lease lasts until the given time. */
  add(job: JobRecord, until: number, handle?: unknown): HeldLease {
    const held = new HeldLease(job, until, this.#taker, handle);
    this.#held.add(held);
    this.#arm();
    return held;
  }

  /** Returns whether a lease is held, as far as this process knows. */
  holds({ until, place }: HeldLease): boolean {
    return until > 0 && place >= 0;
  }

  /** Returns whether this very lease is known here, running or being recorded. */
  knows(lease: Lease): boolean {
    return this.#find(lease) !== undefined;
  }

  /** Forgets a job that ended. */
  delete(held: HeldLease): void {
    this.#held.delete(held);
  }

  /** Lists the held jobs. */
  items(): HeldLease[] {
    return this.#held.items();
  }

  /** Aborts the run of a job whose cancellation was requested. */
  cancel({ lease, reason, force }: LeaseCancellation): void {
    const held = this.#find(lease);
    if (held === undefined) return;
    const { params, onCancelled } = this.#options;
    const error = cancelledError(lease.id, reason);
    if (params.abort({ lease, error, force })) return;
    onCancelled(held, { force, ...(reason !== undefined && { reason }) });
  }

  /** Aborts all runs. */
  abortAll(error: JobsError): void {
    for (const { lease } of this.#held.items()) this.#options.params.abort({ lease, error });
  }

  /**
   * Renews all leases under the current name of the holder, also those of lost calls that are to record an outcome;
   * returns whether the store answered.
   */
  renewAll(): Promise<boolean> {
    return this.#renew(this.#held.items().filter(({ until }) => until > 0));
  }

  /** Stops renewing. */
  end(): void {
    this.#ended = true;
    this.#held.clear();
  }

  #arm(): void {
    if (this.#armed || this.#ended) return;
    this.#armed = true;
    this.#options.clock.setTimeout(this.#round, this.#roundMs, { background: true });
  }

  readonly #round = (): void => {
    this.#armed = false;
    // The timer is disarmed only when a round finds nothing held; otherwise every short job would set a timer.
    if (this.#held.size === 0 || this.#ended) return;
    const running = this.#held.items().filter(({ until, isSent }) => until > 0 && !isSent);
    void this.#renew(running).then(() => {
      if (!this.#ended) this.#options.onRound();
      this.#arm();
    });
  };

  /** Renews leases; returns whether the store answered, be it that it refused. */
  async #renew(renewed: readonly HeldLease[]): Promise<boolean> {
    const { store, clock, params, holder, onGivenUp } = this.#options;
    if (renewed.length === 0) return true;
    const leases = renewed.map(({ lease }) => lease);
    const now = clock.now();
    const leaseMs = params.lockDuration;
    try {
      const { lost, cancelled } = await store.extend({ holder: holder(), leases, now, leaseMs });
      for (const held of renewed) if (held.until > 0) held.until = now + leaseMs;
      for (const lease of lost) this.#lose(lease);
      for (const cancellation of cancelled) this.cancel(cancellation);
      return true;
    } catch (error) {
      params.onError(error);
      const over = clock.now();
      const outlived = renewed.filter(({ until, isSent }) => until <= over && !isSent);
      for (const { lease } of outlived) this.#lose(lease);
      if (outlived.length > 0) onGivenUp();
      return !isJobsError(error, 'JOBS_BACKEND_UNAVAILABLE');
    }
  }

  #lose(lease: Lease): void {
    const held = this.#find(lease);
    // A lease that was being recorded meanwhile is over because it is recorded, not lost.
    if (held === undefined || held.isSent || held.until === 0) return;
    held.until = 0;
    const error = leaseLostError(lease);
    this.#options.params.abort({ lease, error });
    this.#options.params.onError(error);
  }

  #find({ id, fencingToken }: Lease): HeldLease | undefined {
    return this.#held.find(({ lease }) => {
      return lease.id === id && lease.fencingToken === fencingToken;
    });
  }
}
