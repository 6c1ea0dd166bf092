import type { Clock, TimerHandle } from '../clock/clock.ts';
import type { ConsumeParams, Lease } from '../contract/consumer.ts';
import type { CancelRequest, JobRecord } from '../contract/job-record.ts';
import { cancelledError, leaseLostError } from '../errors/error-factories.ts';
import { isJobsError, type JobsError } from '../errors/jobs-error.ts';
import { InFlight } from '../in-flight/in-flight.ts';
import { HeldLease, type OutcomeTaker } from './held-lease.ts';
import type { LeaseCancellation, LeaseStore } from './lease-store.ts';

/** The shortest interval between renewals, for workers that may cancel each other's jobs. */
const SHORTEST_ROUND_MS = 100;
/** How many renewals may be under way: the next ones go on beside those whose answer does not come. */
const MOST_UNDER_WAY = 3;

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
  readonly #renewMs: number;
  #timer: TimerHandle;
  /** When the timer is due. */
  #dueAt = Number.POSITIVE_INFINITY;
  /** When the next round is. */
  #roundAt = Number.POSITIVE_INFINITY;
  #underWay = 0;
  /** When the last renewal began. */
  #renewedAt = Number.NEGATIVE_INFINITY;
  /** Until when leases whose time is over are not given up: a renewal is under way that a late process owes them. */
  #graceUntil = Number.NEGATIVE_INFINITY;
  #ended = false;

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
    this.#taker = options.taker;
    // Three times per lease duration: if one renewal fails, another follows in time.
    this.#renewMs = options.params.lockDuration / 3;
    this.#roundMs = Math.min(this.#renewMs, Math.max(SHORTEST_ROUND_MS, options.pollInterval));
  }

  /** The number of jobs held here, including those that ended and are not recorded yet, or whose hooks still run. */
  get size(): number {
    return this.#held.size;
  }

  /** Takes charge of a job just handed out, whose lease lasts until the given time. */
  add(job: JobRecord, until: number, handle?: unknown): HeldLease {
    const held = new HeldLease(job, until, this.#taker, handle);
    this.#held.add(held);
    if (this.#roundAt === Number.POSITIVE_INFINITY) {
      this.#roundAt = this.#options.clock.now() + this.#roundMs;
    }
    if (until < this.#roundAt) this.#hurry(held);
    this.#wakeBy(this.#roundAt);
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
    this.#options.clock.clearTimeout(this.#timer);
    this.#held.clear();
  }

  /** Renews a lease at once whose job came late: it, too, has a third of its length for that. */
  #hurry(held: HeldLease): void {
    const now = this.#options.clock.now();
    held.until = Math.max(held.until, now + this.#renewMs);
    this.#roundAt = now;
  }

  #wakeBy(at: number): void {
    if (this.#ended || at >= this.#dueAt) return;
    const { clock } = this.#options;
    clock.clearTimeout(this.#timer);
    this.#dueAt = at;
    const delayMs = Math.max(0, at - clock.now());
    this.#timer = clock.setTimeout(this.#look, delayMs, { background: true });
  }

  readonly #look = (): void => {
    const now = this.#options.clock.now();
    const lateMs = now - this.#dueAt;
    this.#dueAt = Number.POSITIVE_INFINITY;
    // The timer is disarmed only when a round finds nothing held; otherwise every short job would set a timer.
    if (this.#held.size === 0 || this.#ended) {
      this.#roundAt = Number.POSITIVE_INFINITY;
      return;
    }
    // A process that was late could not renew what ended meanwhile: it first tries to, for as long as between renewals.
    if (lateMs > this.#roundMs / 2 && this.#outlived(now).length > 0) {
      this.#graceUntil = now + this.#renewMs;
    }
    this.#giveUpOutlived();
    if (now >= this.#roundAt || now < this.#graceUntil) this.#round(now);
    this.#wakeBy(Math.min(this.#roundAt, this.#earliestEnd()));
  };

  #round(now: number): void {
    this.#roundAt = now + this.#roundMs;
    const { onRound } = this.#options;
    const isDue = this.#underWay === 0 || now - this.#renewedAt >= this.#renewMs;
    if (!isDue || this.#underWay >= MOST_UNDER_WAY) return;
    const running = this.#held.items().filter(({ until, isSent }) => until > 0 && !isSent);
    void this.#renew(running).then(() => {
      if (!this.#ended) onRound();
    });
  }

  #outlived(now: number): HeldLease[] {
    return this.#held.items().filter(({ until, isSent }) => until > 0 && until <= now && !isSent);
  }

  #earliestEnd(): number {
    let earliest = Number.POSITIVE_INFINITY;
    for (const { until, isSent } of this.#held.items()) {
      if (until > 0 && !isSent) earliest = Math.min(earliest, until);
    }
    return Math.max(earliest, this.#graceUntil);
  }

  #giveUpOutlived(): void {
    const now = this.#options.clock.now();
    if (now < this.#graceUntil) return;
    const outlived = this.#outlived(now);
    for (const { lease } of outlived) this.#lose(lease);
    if (outlived.length > 0) this.#options.onGivenUp();
  }

  /** Renews leases; returns whether the store answered, be it that it refused. */
  async #renew(renewed: readonly HeldLease[]): Promise<boolean> {
    const { store, clock, params, holder } = this.#options;
    if (renewed.length === 0) return true;
    const leases = renewed.map(({ lease }) => lease);
    const now = clock.now();
    const leaseMs = params.lockDuration;
    this.#renewedAt = now;
    this.#underWay += 1;
    try {
      const { lost, cancelled } = await store.extend({ holder: holder(), leases, now, leaseMs });
      for (const held of renewed) {
        if (held.until > 0) held.until = Math.max(held.until, now + leaseMs);
      }
      for (const lease of lost) this.#lose(lease);
      for (const cancellation of cancelled) this.cancel(cancellation);
      return true;
    } catch (error) {
      params.onError(error);
      // A late process has tried.
      if (now === this.#renewedAt) this.#graceUntil = now;
      this.#giveUpOutlived();
      return !isJobsError(error, 'JOBS_BACKEND_UNAVAILABLE');
    } finally {
      this.#underWay -= 1;
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
