import { abortableDelay } from '../clock/abortable-delay.ts';
import type { Clock, TimerHandle } from '../clock/clock.ts';
import type { ConsumeParams, Consumer } from '../contract/consumer.ts';
import type { JobRecord } from '../contract/job-record.ts';
import type { Outcome } from '../contract/outcome.ts';
import { JobsError } from '../errors/jobs-error.ts';
import { type HeldLease, LeaseKeeper } from './lease-keeper.ts';
import type { LeaseStore } from './lease-store.ts';
import { type OutcomeRecorder, recordOutcome } from './record-outcome.ts';

/** How often a store that cannot say when something is ready is looked at. */
const DEFAULT_POLL_INTERVAL_MS = 1000;
/** How long a failing store is left alone, at first and at most. */
const RETRY_AFTER_MS = { first: 200, most: 5000 } as const;
/** How long aborted handlers get to react before their jobs are given back. */
const ABORT_GRACE_MS = 500;
/** When to look again for what should have been ready: a store that cannot recover must not be asked in a loop. */
const OVERDUE_RETRY_MS = 100;
/** After how many claims in a row other work of this process gets a turn. */
const CLAIMS_PER_TURN = 512;
/**
 * By how much, and how long after it met a job it does not know, a worker lets others go first. Two
 * idle workers otherwise wake at the same time, and the one that does not know the job might always win.
 */
const SHY_MS = { by: 20, lasting: 60_000 } as const;

/** Says what a lease consumer works with. */
export interface LeaseConsumerOptions {
  /** Where the leases are. */
  readonly store: LeaseStore;
  /** Where the time comes from. */
  readonly clock: Clock;
  /** What `Backend.consume` was given. */
  readonly params: ConsumeParams;
  /**
   * How often to look for jobs that other processes made ready, in milliseconds. @default never for
   * a store with `watch`, else 1,000
   */
  readonly pollInterval?: number;
}

/** A consumer that runs over a {@link LeaseStore}. */
export interface LeaseConsumer extends Consumer {
  /**
   * Ends at once as if the process had died: gives nothing back and records nothing more, so leases
   * run out. For `Backend.close({ force: true })`.
   */
  abandon(): void;
}

/**
 * Runs the worker loop over a plain store: claims jobs when slots are free, keeps their leases alive,
 * records the outcomes, and takes back what other workers lost. Starting work is caused by `watch`, by
 * a job that ends, or by one timer for what becomes ready by time.
 */
export async function startLeaseConsumer(options: LeaseConsumerOptions): Promise<LeaseConsumer> {
  const loop = new LeaseLoop(options);
  await loop.start();
  return loop;
}

class LeaseLoop implements LeaseConsumer {
  readonly #store: LeaseStore;
  readonly #clock: Clock;
  readonly #params: ConsumeParams;
  readonly #pollInterval: number;
  readonly #keeper: LeaseKeeper;
  readonly #recorder: OutcomeRecorder<HeldLease>;
  #state: 'running' | 'stopping' | 'stopped' | 'abandoned' = 'running';
  #pumping = false;
  #pumpAgain = false;
  #pumpQueued = false;
  #claims = 0;
  #failures = 0;
  #shyUntil = 0;
  #claiming: Promise<void> | undefined;
  #wakeAt = Number.POSITIVE_INFINITY;
  #wakeTimer: TimerHandle;
  #unwatch: (() => void) | undefined;
  #stopped: Promise<void> | undefined;
  #onIdle: (() => void) | undefined;

  constructor({ store, clock, params, pollInterval }: LeaseConsumerOptions) {
    this.#store = store;
    this.#clock = clock;
    this.#params = params;
    this.#pollInterval =
      pollInterval ?? (store.watch ? Number.POSITIVE_INFINITY : DEFAULT_POLL_INTERVAL_MS);
    this.#keeper = new LeaseKeeper({
      store,
      clock,
      params,
      pollInterval: this.#pollInterval,
      onRecovered: () => this.#queuePump(),
    });
    this.#recorder = {
      store,
      clock,
      onError: params.onError,
      isOver: (lease) => !this.#keeper.holds(lease) || this.#state === 'abandoned',
    };
  }

  async start(): Promise<void> {
    this.#unwatch = this.#store.watch?.({
      onReady: () => this.#queuePump(),
      onCancel: (cancellation) => this.#keeper.cancel(cancellation),
    });
    await this.#keeper.recover();
    await this.#pump();
  }

  stop({ timeout }: { readonly timeout: number }): Promise<void> {
    this.#stopped ??= this.#drain(timeout);
    return this.#stopped;
  }

  abandon(): void {
    this.#state = 'abandoned';
    this.#endWaiting();
    this.#keeper.abortAll(new JobsError('JOBS_WORKER_STOPPED', 'The worker was closed by force'));
    this.#end();
    this.#onIdle?.();
  }

  async #drain(timeout: number): Promise<void> {
    if (this.#state === 'abandoned') return;
    this.#state = 'stopping';
    this.#endWaiting();
    await this.#untilClaimed();
    await this.#untilIdle(timeout);
    if (this.#keeper.size > 0) {
      this.#keeper.abortAll(
        new JobsError('JOBS_WORKER_STOPPED', 'The worker is stopping and gives the job back'),
      );
      await this.#untilIdle(ABORT_GRACE_MS);
    }
    this.#state = 'stopped';
    await this.#keeper.giveBackAll(ABORT_GRACE_MS);
    this.#end();
  }

  /** Ends what looks for jobs; whoever cancels an active one is still heard. */
  #endWaiting(): void {
    this.#clock.clearTimeout(this.#wakeTimer);
    this.#wakeAt = Number.POSITIVE_INFINITY;
  }

  #end(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#keeper.end();
  }

  /** Resolves when what is being claimed has been given back; gives up after a moment. */
  async #untilClaimed(): Promise<void> {
    if (this.#claiming === undefined) return;
    const over = new AbortController();
    const bound = abortableDelay(this.#clock, ABORT_GRACE_MS, over.signal).catch(() => undefined);
    await Promise.race([this.#claiming, bound]);
    over.abort();
  }

  /** Resolves when no job is active, or after `timeout`. */
  #untilIdle(timeout: number): Promise<void> {
    if (this.#keeper.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = this.#clock.setTimeout(resolve, timeout);
      this.#onIdle = () => {
        this.#clock.clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Claims soon: whatever becomes free or ready in this turn is claimed together. */
  #queuePump(): void {
    if (this.#pumpQueued || this.#state !== 'running') return;
    this.#pumpQueued = true;
    const pump = (): void => {
      this.#pumpQueued = false;
      void this.#pump();
    };
    if (this.#claims >= CLAIMS_PER_TURN) {
      this.#claims = 0;
      setImmediate(pump);
    } else {
      queueMicrotask(pump);
    }
  }

  async #pump(): Promise<void> {
    if (this.#pumping) {
      this.#pumpAgain = true;
      return;
    }
    this.#pumping = true;
    try {
      do {
        this.#pumpAgain = false;
        const claimed = this.#claim();
        if (claimed instanceof Promise) await claimed;
      } while (this.#pumpAgain && this.#state === 'running');
      this.#failures = 0;
    } catch (error) {
      this.#params.onError(error);
      this.#failures += 1;
      const wait = RETRY_AFTER_MS.first * 2 ** (this.#failures - 1);
      this.#wakeBy(this.#clock.now() + Math.min(RETRY_AFTER_MS.most, wait));
    } finally {
      this.#pumping = false;
    }
  }

  #claim(): void | Promise<void> {
    const free = this.#params.concurrency - this.#keeper.size;
    if (free <= 0 || this.#state !== 'running') return;
    const now = this.#clock.now();
    const leaseUntil = now + this.#params.lockDuration;
    const { concurrencyLimits } = this.#params;
    const claimed = this.#store.claim({ limit: free, now, leaseUntil, concurrencyLimits });
    if (!(claimed instanceof Promise)) {
      this.#begin(claimed, free, leaseUntil);
      return;
    }
    const begun = claimed.then((answer) =>
      this.#state === 'running'
        ? this.#begin(answer, free, leaseUntil)
        : this.#giveBack(answer.jobs),
    );
    this.#claiming = begun
      .catch(() => undefined)
      .finally(() => {
        this.#claiming = undefined;
      });
    return begun;
  }

  /** Gives back jobs that were claimed while the worker was told to stop. */
  async #giveBack(jobs: readonly JobRecord[]): Promise<void> {
    if (this.#state === 'abandoned') return;
    const now = this.#clock.now();
    for (const { id, fencingToken } of jobs) {
      const lease = { id, fencingToken };
      await this.#store.release({ lease, runAt: now, now, snoozeReason: 'released' });
    }
  }

  #begin(
    claimed: { readonly jobs: readonly JobRecord[]; readonly nextAt?: number },
    free: number,
    leaseUntil: number,
  ): void {
    this.#claims += claimed.jobs.length;
    for (const job of claimed.jobs) this.#run(job, leaseUntil);
    if (claimed.jobs.length === free) return;
    const now = this.#clock.now();
    const { nextAt = Number.POSITIVE_INFINITY } = claimed;
    const next = nextAt > now ? nextAt : now + OVERDUE_RETRY_MS;
    this.#wakeBy(Math.min(next, now + this.#pollInterval));
  }

  #run(job: JobRecord, leaseUntil: number): void {
    const lease = this.#keeper.add(job, leaseUntil);
    // `execute` never rejects, and neither does recording what it answers.
    void this.#params.execute({ job }).then((outcome) => this.#finish(lease, outcome));
  }

  #finish(lease: HeldLease, outcome: Outcome): void {
    if (outcome.type === 'snooze' && outcome.reason.startsWith('unknown-')) {
      this.#shyUntil = this.#clock.now() + SHY_MS.lasting;
    }
    const isHeld = this.#keeper.holds(lease);
    if (!isHeld || this.#state === 'stopped' || this.#state === 'abandoned') {
      this.#freed(lease);
      return;
    }
    const recorded = recordOutcome(this.#recorder, lease, outcome);
    if (recorded instanceof Promise) void recorded.then(() => this.#freed(lease));
    else this.#freed(lease);
  }

  #freed(lease: HeldLease): void {
    this.#keeper.delete(lease);
    if (this.#keeper.size === 0) this.#onIdle?.();
    this.#queuePump();
  }

  /** Sets the one timer to the earliest time at which there may be something to do. */
  #wakeBy(at: number): void {
    if (this.#state !== 'running' || at >= this.#wakeAt || at === Number.POSITIVE_INFINITY) return;
    this.#clock.clearTimeout(this.#wakeTimer);
    this.#wakeAt = at;
    this.#wakeTimer = this.#clock.setTimeout(
      () => {
        this.#wakeAt = Number.POSITIVE_INFINITY;
        void this.#keeper.recover().then(() => this.#pump());
      },
      Math.max(0, at - this.#clock.now()) + (this.#clock.now() < this.#shyUntil ? SHY_MS.by : 0),
    );
  }
}
