import type { Clock } from '../clock/clock.ts';
import type { CancelRequest } from '../contract/job-record.ts';
import { isDoomed } from '../job/is-doomed.ts';
import type { HeldLease } from './held-lease.ts';
import { Lateness } from './lateness.ts';
import { RoomAhead } from './room-ahead.ts';

/** How long jobs wait for a slot while none gets free, in milliseconds, before they are given back. */
const PATIENCE_MS = 25;

interface SlotsOptions {
  readonly clock: Clock;
  readonly concurrency: number;
  /** Runs a job that has a slot. */
  readonly run: (held: HeldLease) => void;
  /** Gives back jobs that got no slot. */
  readonly giveBack: (jobs: readonly HeldLease[]) => void;
}

/**
 * Holds the slots of a worker, and the jobs that were handed out ahead of them: so that a short run is followed by the next
 * one at once, and not after a round trip.
 */
export class Slots {
  readonly #options: SlotsOptions;
  readonly #ahead: RoomAhead;
  readonly #lateness = new Lateness();
  #concurrency: number;
  #busy = 0;
  #waiting: HeldLease[] = [];
  /** How many of them, from the front on, a limited job that comes now does not pass. */
  #unpassed = 0;
  /** Whether a job has left its slot since the timer was set. */
  #moves = false;
  #isTimed = false;

  constructor(options: SlotsOptions) {
    this.#options = options;
    this.#concurrency = options.concurrency;
    this.#ahead = new RoomAhead(options.clock, options.concurrency);
  }

  /** The number of slots. */
  get size(): number {
    return this.#concurrency;
  }

  /** The number of jobs that may be held ahead of their slots. */
  get room(): number {
    return this.#ahead.room;
  }

  /** Returns half of the jobs that a worker holds, with some ahead. */
  half(ahead: number): number {
    return Math.ceil((this.#concurrency + ahead) / 2);
  }

  /** Notes an exchange whose answer has just come, and how many jobs it brought; returns how long it took, in milliseconds. */
  noteExchange(askedAt: number, jobs: number): number {
    this.#ahead.noteExchange(askedAt);
    const tookMs = this.#options.clock.now() - askedAt;
    // One that brings nothing is quick however large the payloads of jobs are.
    if (jobs > 0) this.#lateness.noteExchange(tookMs);
    return tookMs;
  }

  /** Returns how late after its request a job may start under a rate; from now on none is held ahead that might be later. */
  latenessUnder(per: number): number {
    this.#ahead.allowLateness(this.#lateness.leastUnder(per));
    return this.#lateness.under(per);
  }

  /**
   * Runs a job as soon as there is a slot. A limited one goes before others, since a limit counts the jobs that are held, but not
   * before limited ones, nor before those that have waited for a while. One that is to fail for another needs no slot.
   */
  enter(held: HeldLease, isLimited: boolean): void {
    if (this.#busy < this.#concurrency || isDoomed(held.job)) {
      this.#fill(held);
      return;
    }
    if (isLimited) this.#waiting.splice(this.#unpassed++, 0, held);
    else this.#waiting.push(held);
    if (!this.#isTimed) this.#wait();
  }

  /** Frees the slot of a job that has one: its run, and the hooks after it, have ended. */
  leave(held: HeldLease): void {
    if (!held.hasSlot) return;
    held.hasSlot = false;
    this.#busy -= 1;
    this.#ahead.countEnd();
    if (this.#waiting.length === 0) return;
    this.#moves = true;
    if (this.#busy < this.#concurrency) this.#fill(this.#take(0));
  }

  /** Changes the number of slots. Jobs that have one beyond a smaller number keep it until they end. */
  resize(concurrency: number): void {
    this.#concurrency = concurrency;
    this.#ahead.resize(concurrency);
    while (this.#waiting.length > 0 && this.#busy < concurrency) this.#fill(this.#take(0));
  }

  /** Lets a job end whose cancellation was requested while it waits for a slot: it needs none. Does nothing for another. */
  cancel(held: HeldLease, request: CancelRequest): void {
    const index = this.#waiting.indexOf(held);
    if (index < 0) return;
    this.#take(index);
    held.job = { ...held.job, cancelRequested: request };
    this.#fill(held);
  }

  /** Gives back all jobs that wait for a slot. */
  refuseAll(): void {
    this.#ahead.close();
    this.#unpassed = 0;
    if (this.#waiting.length > 0) this.#options.giveBack(this.#waiting.splice(0));
  }

  #take(index: number): HeldLease {
    if (index < this.#unpassed) this.#unpassed -= 1;
    return this.#waiting.splice(index, 1)[0] as HeldLease;
  }

  #fill(held: HeldLease): void {
    held.hasSlot = true;
    this.#busy += 1;
    this.#options.run(held);
  }

  #wait(): void {
    this.#isTimed = true;
    this.#moves = false;
    this.#options.clock.setTimeout(this.#look, PATIENCE_MS, { background: true });
  }

  readonly #look = (): void => {
    this.#isTimed = false;
    this.#unpassed = this.#waiting.length;
    if (!this.#moves) this.refuseAll();
    else if (this.#waiting.length > 0) this.#wait();
  };
}
