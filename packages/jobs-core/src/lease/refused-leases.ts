import type { Clock, TimerHandle } from '../clock/clock.ts';
import type { HeldLease } from './held-lease.ts';
import { failureOfRefused } from './lease-errors.ts';

/** How many times a store may refuse an outcome that is sent alone before the job fails for it. */
const MOST_REFUSALS = 3;
/** How long an outcome that was refused alone waits, in milliseconds: after the first time, and at most. */
const RETRY_AFTER_MS = { first: 100, most: 2000 } as const;

/**
 * Holds ended leases that a store refused together with others: they are sent one by one. An outcome that is refused
 * alone is retried later, then fails the job.
 */
export class RefusedLeases {
  readonly #clock: Clock;
  readonly #onDue: (held: HeldLease) => void;
  #due: HeldLease[] = [];
  readonly #timers = new Set<TimerHandle>();

  /** @param onDue gets a lease whose outcome was refused alone, when it is time to try again */
  constructor(clock: Clock, onDue: (held: HeldLease) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** The number of leases to send now. */
  get size(): number {
    return this.#due.length;
  }

  /** Adds leases to send one by one. */
  add(leases: readonly HeldLease[]): void {
    this.#due.push(...leases);
  }

  /** Removes the next lease to send and returns it. */
  take(): HeldLease | undefined {
    return this.#due.shift();
  }

  /** Takes a lease whose outcome the store refused alone. */
  refusedAlone(held: HeldLease, error: unknown): void {
    held.refusals += 1;
    if (held.refusals === MOST_REFUSALS && held.outcome?.type !== 'unstarted') {
      held.outcome = failureOfRefused(held, error, this.#clock.now());
    }
    const wait = Math.min(RETRY_AFTER_MS.most, RETRY_AFTER_MS.first * 2 ** (held.refusals - 1));
    const timer = this.#clock.setTimeout(() => {
      this.#timers.delete(timer);
      this.#onDue(held);
    }, wait);
    this.#timers.add(timer);
  }

  /** Forgets all of them. */
  clear(): void {
    this.#due = [];
    for (const timer of this.#timers) this.#clock.clearTimeout(timer);
  }
}
