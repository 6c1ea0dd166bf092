import type { HeldLease } from './held-lease.ts';

/** How long a period lasts at least, in milliseconds. */
const PERIOD_MS = 25;

/**
 * Counts the jobs that stay in their slots for long: those that were there when the present period began. A short run that
 * was under way then is among them until it ends.
 */
export class LongRuns {
  #period = 1;
  #beganAt = 0;
  #count = 0;

  /** The number of jobs. */
  get count(): number {
    return this.#count;
  }

  /** Begins a new period, unless the present one has just begun: at this time, with the given number of jobs in slots. */
  look(now: number, busy: number): void {
    // A clock may be set back.
    if (Math.abs(now - this.#beganAt) < PERIOD_MS) return;
    this.#beganAt = now;
    this.#period += 1;
    this.#count = busy;
  }

  /** Notes that a job gets a slot. */
  enter(held: HeldLease): void {
    held.slotSince = this.#period;
  }

  /** Notes that a job leaves its slot. */
  leave(held: HeldLease): void {
    if (held.slotSince !== this.#period) this.#count -= 1;
    held.slotSince = 0;
  }
}
