import type { Clock } from '../clock/clock.ts';
import type { HeldLease } from './held-lease.ts';

/** How long jobs wait for a slot while none gets free, in milliseconds, before they are given back. */
const PATIENCE_MS = 25;
/** How much the figures of the exchanges before count with the next. */
const FADING = 0.9;

interface JobsAheadOptions {
  readonly clock: Clock;
  readonly concurrency: number;
  /** Takes the jobs for which no slot got free. */
  readonly giveBack: (jobs: readonly HeldLease[]) => void;
}

/**
 * Holds jobs that a worker was handed before it has slots for them, so that a short run is followed by the next one at once,
 * and not after a round trip. It has room for as many as end, at the present rate, while two exchanges are under way: a job
 * waits about as long as an exchange takes. So there is none for runs that are long beside a round trip; and there is room
 * for half as many as there are slots at most, none with a single one.
 */
export class JobsAhead {
  readonly #options: JobsAheadOptions;
  readonly #most: number;
  #jobs: HeldLease[] = [];
  /** Whether a job has got a slot since the timer was set. */
  #moves = false;
  #isTimed = false;
  /** The sums over the last exchanges: runs that ended, and times in milliseconds. */
  #ended = 0;
  #passed = 0;
  #exchanging = 0;
  #exchanges = 0;
  #notedAt: number;

  constructor(options: JobsAheadOptions) {
    this.#options = options;
    this.#most = Math.floor(options.concurrency / 2);
    this.#notedAt = options.clock.now();
  }

  /** The number of jobs that may be held ahead. */
  get room(): number {
    const { clock } = this.#options;
    const passed = this.#passed + clock.now() - this.#notedAt;
    if (passed <= 0 || this.#exchanges === 0) return 0;
    const meanwhile = (this.#ended / passed) * (this.#exchanging / this.#exchanges);
    return Math.min(this.#most, Math.floor(2 * meanwhile));
  }

  /** Counts a run that ended. */
  countEnd(): void {
    this.#ended += 1;
  }

  /** Notes an exchange that was answered now. */
  noteExchange(askedAt: number): void {
    const now = this.#options.clock.now();
    // A clock that was set back says nothing.
    this.#passed = FADING * this.#passed + Math.max(0, now - this.#notedAt);
    this.#exchanging = FADING * this.#exchanging + Math.max(0, now - askedAt);
    this.#exchanges = FADING * this.#exchanges + 1;
    this.#ended *= FADING;
    this.#notedAt = now;
  }

  /** Holds a job until a slot is free. */
  add(held: HeldLease): void {
    this.#jobs.push(held);
    if (!this.#isTimed) this.#wait();
  }

  /** Takes out the job that has waited longest. */
  next(): HeldLease | undefined {
    this.#moves = true;
    return this.#jobs.shift();
  }

  /** Takes out a job; returns whether it was held. */
  delete(held: HeldLease): boolean {
    const index = this.#jobs.indexOf(held);
    if (index >= 0) this.#jobs.splice(index, 1);
    return index >= 0;
  }

  /** Gives all jobs back. */
  end(): void {
    const jobs = this.#jobs;
    this.#jobs = [];
    if (jobs.length > 0) this.#options.giveBack(jobs);
  }

  #wait(): void {
    this.#isTimed = true;
    this.#moves = false;
    this.#options.clock.setTimeout(this.#look, PATIENCE_MS, { background: true });
  }

  readonly #look = (): void => {
    this.#isTimed = false;
    if (!this.#moves) this.end();
    else if (this.#jobs.length > 0) this.#wait();
  };
}
