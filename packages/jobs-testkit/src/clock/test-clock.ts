import type { Clock, TimerHandle, TimerOptions } from '@philjs/jobs-core';
import { RealWork, realMoment } from './real-work.ts';
import { settle } from './settle.ts';
import { type Timer, TimerList } from './timer-list.ts';

/** The number of timers that may fire at one moment before it is called a loop. */
const MAX_TIMERS_AT_ONCE = 100_000;

/** How long time stands still for real I/O at most, in real milliseconds. */
const MAX_GRACE_MS = 2_000;
/** The most that a moment counts, in real milliseconds: one that takes longer stands still itself, and the I/O with it. */
const MAX_MOMENT_MS = 50;

/**
 * Stands still until a test advances it. Everything that takes its time from it (a queue, its worker on a backend
 * with the `virtualTime` capability, its schedules, its monitor) follows the test: thirty days pass in
 * microseconds, and always in the same order.
 */
export interface TestClock extends Clock {
  /** The number of pending timers. */
  readonly pending: number;
  /** When the next timer fires, in epoch milliseconds; `undefined` when none is set. */
  readonly nextAt: number | undefined;
  /**
   * Lets `ms` milliseconds pass. Timers due on the way fire in order of time, those of one time in the order in which
   * they were set, each at exactly its time as {@link Clock.now} reports it. After each one, and at the beginning and
   * the end, promise chains run until nothing changes any more, so timers that they set fire too. `advance(0)` fires
   * the timers that are due now.
   *
   * Time stands still while code that has a timeout (an attempt, a hook, a `waitFor`, the payload of a tick) has real
   * I/O under way: an operation on a file, or a socket or process that was opened since it began. So real I/O does not time out in
   * virtual time. Time goes on after as many real milliseconds as the timeout has, and after 2 s at most; those in which
   * the process itself stands still do not count. It waits for no other I/O, and not for the platform's own timers.
   * Concurrent calls run one after the other. Rejects with the exception of a timer's callback; time then stays at that
   * timer.
   *
   * @throws RangeError when `ms` is negative or not finite, or timers at one moment never end
   */
  advance(ms: number): Promise<void>;
  /**
   * Lets time pass up to the next timer and fires that, with others of its time; see {@link TestClock.advance}.
   * Timers set as `background`, which only watch, fire on the way but are no destination. Returns false when no other
   * timer is set.
   */
  advanceToNext(): Promise<boolean>;
  /**
   * Sets the time, as a user who sets the system's clock does, or a machine that wakes up. Forward: all timers due by
   * then fire, in order, and all of them see the new time (where {@link TestClock.advance} shows each its own).
   * Backward: nothing fires, and timers keep the milliseconds they had left, as the platform's do. Then promise
   * chains run as in `advance`.
   *
   * @throws RangeError when `at` is not a valid time
   */
  set(at: Date | number): Promise<void>;
  /** Lets promise chains run until nothing changes any more, while time stands still and no timer fires. */
  settle(): Promise<void>;
}

class ManualClock implements TestClock {
  readonly isVirtual = true;
  readonly #timers = new TimerList();
  readonly #realWork = new RealWork();
  /** The number of pending deadlines. */
  #deadlines = 0;
  /** How much longer time may stand still for real I/O, in real milliseconds. */
  #graceMs = 0;
  /** Milliseconds since the clock was made; never goes back. Timers are due by it. */
  #elapsed = 0;
  /** The difference between {@link now} and {@link #elapsed}. */
  #offset: number;
  #timersSet = 0;
  #activity = 0;
  #turning: Promise<unknown> = Promise.resolve();

  constructor(startAt: number) {
    this.#offset = startAt;
  }

  get pending(): number {
    return this.#timers.size;
  }

  get nextAt(): number | undefined {
    const first = this.#timers.first();
    return first === undefined ? undefined : first.dueAt + this.#offset;
  }

  now(): number {
    this.#activity += 1;
    return this.#elapsed + this.#offset;
  }

  setTimeout(callback: () => void, delayMs: number, options: TimerOptions = {}): TimerHandle {
    this.#activity += 1;
    const delay = Math.max(0, delayMs || 0);
    const { background = false, deadline = false } = options;
    if (deadline) this.#expectRealWork(delay);
    const dueAt = this.#elapsed + delay;
    const timer = { dueAt, order: this.#timersSet++, background, deadline, callback };
    this.#timers.add(timer);
    return timer;
  }

  clearTimeout(handle: TimerHandle): void {
    this.#activity += 1;
    if (isTimer(handle) && this.#timers.remove(handle)) this.#forget(handle);
  }

  advance(ms: number): Promise<void> {
    return this.#inTurn(() => {
      if (!(ms >= 0 && Number.isFinite(ms))) {
        throw new RangeError(`Expected \`ms\` to be a number of milliseconds from 0, got ${ms}`);
      }
      return this.#runTo(this.#elapsed + ms);
    });
  }

  advanceToNext(): Promise<boolean> {
    return this.#inTurn(async () => {
      await this.settle();
      const first = this.#timers.firstInForeground();
      if (first === undefined) return false;
      await this.#runTo(first.dueAt);
      return true;
    });
  }

  set(at: Date | number): Promise<void> {
    return this.#inTurn(async () => {
      const target = toEpochMs(at, 'at');
      await this.settle();
      const passed = target - (this.#elapsed + this.#offset);
      if (passed > 0) this.#elapsed += passed;
      else this.#offset += passed;
      await (passed > 0 ? this.#runTo(this.#elapsed) : this.settle());
    });
  }

  settle(): Promise<void> {
    return settle(() => this.#activity);
  }

  async #runTo(target: number): Promise<void> {
    await this.settle();
    let atOnce = 0;
    for (;;) {
      await this.#waitForRealWork(Math.min(this.#timers.first()?.dueAt ?? target, target));
      const timer = this.#timers.takeDue(target);
      if (timer === undefined) break;
      this.#forget(timer);
      atOnce = timer.dueAt > this.#elapsed ? 0 : atOnce + 1;
      if (atOnce > MAX_TIMERS_AT_ONCE) {
        throw new RangeError(`${MAX_TIMERS_AT_ONCE} timers fired without time passing`);
      }
      this.#elapsed = Math.max(this.#elapsed, timer.dueAt);
      timer.callback();
      await this.settle();
    }
    this.#elapsed = Math.max(this.#elapsed, target);
  }

  /** Lets no time pass, up to that of the next timer, while an attempt that is timed has real I/O under way. */
  async #waitForRealWork(next: number): Promise<void> {
    while (next > this.#elapsed && this.#deadlines > 0 && this.#realWork.isUnderWay) {
      if (this.#graceMs <= 0) return;
      const startedAt = performance.now();
      await realMoment();
      this.#graceMs -= Math.min(performance.now() - startedAt, MAX_MOMENT_MS);
      await this.settle();
      if ((this.#timers.first()?.dueAt ?? next) < next) return;
    }
  }

  #expectRealWork(withinMs: number): void {
    if (this.#deadlines === 0) this.#realWork.begin();
    this.#deadlines += 1;
    this.#graceMs = Math.max(this.#graceMs, Math.min(withinMs, MAX_GRACE_MS));
  }

  #forget({ deadline }: Timer): void {
    if (deadline) this.#deadlines -= 1;
  }

  #inTurn<T>(action: () => T | Promise<T>): Promise<T> {
    const turn = this.#turning.then(action, action);
    this.#turning = turn.catch(() => undefined);
    return turn;
  }
}

function isTimer(handle: TimerHandle): handle is Timer {
  return typeof handle === 'object' && handle !== null && 'dueAt' in handle;
}

function toEpochMs(value: Date | number, field: string): number {
  const at = Number(value);
  if (!Number.isFinite(at))
    throw new RangeError(`Expected \`${field}\` to be a valid time, got ${value}`);
  return at;
}

/**
 * Makes a clock that stands still until the test advances it.
 *
 * @param startAt - the time it starts at. @default 2026-01-01T00:00:00Z, so that runs are alike
 * @throws RangeError when `startAt` is not a valid time
 *
 * @example
 * const clock = createTestClock();
 * const queue = createQueue({ clock });
 * await queue.enqueue(remind, { to: 'ada' }, { delay: 30 * 24 * 60 * 60 * 1000 });
 * await queue.process();
 * await clock.advance(30 * 24 * 60 * 60 * 1000);   // the job has run
 */
export function createTestClock(startAt: Date | number = Date.UTC(2026, 0, 1)): TestClock {
  return new ManualClock(toEpochMs(startAt, 'startAt'));
}
