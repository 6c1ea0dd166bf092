import type { Clock } from '../clock/clock.ts';

/** How much the figures of the exchanges before count with the next. */
const FADING = 0.9;
/** How many exchanges go by until a job ahead of its slot starts: its own, the two it waits for, and one to spare. */
const UNTIL_START = 4;

/**
 * Computes how many jobs a worker holds ahead of its slots: as many as end, at the present rate, while two exchanges are under
 * way. So a job waits about as long as an exchange takes, and there are none where runs are long beside a round trip, or where
 * jobs would start too late for the limits of their rates.
 */
export class RoomAhead {
  readonly #clock: Clock;
  #most = 0;
  /** The sums over the last exchanges: runs that ended, and times in milliseconds. */
  #ended = 0;
  #passed = 0;
  #exchanging = 0;
  #exchanges = 0;
  #notedAt: number;
  #mostLate = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, concurrency: number) {
    this.#clock = clock;
    this.resize(concurrency);
    this.#notedAt = clock.now();
  }

  /** The number of jobs. */
  get room(): number {
    // None for a worker with one slot, and none before anything has ended.
    if (this.#most === 0 || this.#ended === 0 || this.#exchanges === 0) return 0;
    const passed = this.#passed + Math.max(0, this.#clock.now() - this.#notedAt);
    if (passed === 0) return 0;
    const trip = this.#exchanging / this.#exchanges;
    if (UNTIL_START * trip > this.#mostLate) return 0;
    const meanwhile = (this.#ended / passed) * trip;
    return Math.min(this.#most, Math.floor(2 * meanwhile));
  }

  /** Sets the number of slots: fewer than that are ever held ahead, and none by a worker with one or two. */
  resize(concurrency: number): void {
    this.#most = Math.max(0, concurrency - 2);
  }

  /** Forgets the runs that ended: those of now take longer. */
  close(): void {
    this.#ended = 0;
  }

  /** Notes how late after its request a job may start, in milliseconds. The least of all counts from now on. */
  allowLateness(ms: number): void {
    this.#mostLate = Math.min(this.#mostLate, ms);
  }

  /** Counts a run that ended. */
  countEnd(): void {
    this.#ended += 1;
  }

  /** Notes an exchange that was answered now. */
  noteExchange(askedAt: number): void {
    const now = this.#clock.now();
    // A clock that was set back says nothing.
    this.#passed = FADING * this.#passed + Math.max(0, now - this.#notedAt);
    this.#exchanging = FADING * this.#exchanging + Math.max(0, now - askedAt);
    this.#exchanges = FADING * this.#exchanges + 1;
    this.#ended *= FADING;
    this.#notedAt = now;
  }
}
