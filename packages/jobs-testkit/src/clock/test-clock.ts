import type { Clock, TimerHandle, TimerOptions } from '@philjs/jobs-core';
import { MAX_MOMENT_MS, realMoment, realNow } from './platform.ts';
import { RealWork } from './real-work.ts';
import { settle } from './settle.ts';
import { StopTimers } from './stop-timers.ts';
import { type Timer, TimerList } from './timer-list.ts';

/** The number of timers that may fire at one moment before it is called a loop. */
const MAX_TIMERS_AT_ONCE = 100_000;

/** How long time stands still at most for the real work of a handler, in real milliseconds. */
const REAL_TIMEOUT_MS = 4_000;

/** Says how to let time pass. */
export interface AdvanceOptions {
  /**
   * How long time stands still at most for the real work of one handler or hook, in real milliseconds; no longer than the
   * timeout of its attempt. @default 4_000
   */
  readonly realTimeout?: number | undefined;
}

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
  /** The real work that handlers and hooks wait for now, in Node's names, such as `Timeout` or `TCPWRAP`. */
  readonly realWork: readonly string[];
  /**
   * Lets `ms` milliseconds pass. Timers due on the way fire in order of time, those of one time in the order in which
   * they were set, each at exactly its time as {@link Clock.now} reports it. After each one, and at the beginning and
   * the end, promise chains run until nothing changes any more, so timers that they set fire too. `advance(0)` fires
   * the timers that are due now.
   *
   * Time stands still while a handler, a hook or a function for a payload waits for real work that it began: timers, files,
   * DNS, compression, `node:crypto`, sockets, processes, threads, or an answer on a connection that was open before. So
   * real work does not time out in virtual time. Time goes on after as many real milliseconds as the attempt's timeout has,
   * and after `realTimeout` at most, with a warning of the process; those in which the process itself stands still do not
   * count. Node does not tell of messages to a thread or a process that was there before, of UDP, nor of timers that let
   * the process end: time passes meanwhile.
   *
   * Concurrent calls run one after the other. Rejects with the exception of a timer's callback; time then stays at that
   * timer.
   *
   * @throws RangeError when `ms` is negative or not finite, or timers at one moment never end
   */
  advance(ms: number, options?: AdvanceOptions): Promise<void>;
  /**
   * Lets time pass up to the next timer and fires that, with others of its time; see {@link TestClock.advance}.
   * Timers set as `background`, which only watch, fire on the way but are no destination. Returns false when no other
   * timer is set.
   */
  advanceToNext(options?: AdvanceOptions): Promise<boolean>;
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
  readonly #stops: StopTimers;
  /** Milliseconds since the clock was made; never goes back. Timers are due by it. */
  #elapsed = 0;
  /** The difference between {@link now} and {@link #elapsed}. */
  #offset: number;
  #timersSet = 0;
  #activity = 0;
  #turning: Promise<unknown> = Promise.resolve();
  /** How many calls that turn the clock are under way. */
  #calls = 0;
  #wasTurned = false;

  constructor(startAt: number) {
    this.#offset = startAt;
    this.#stops = new StopTimers({
      timers: this.#timers,
      wasTurned: () => this.#tellTurned(),
      isBusy: (passedMs) => this.#realWork.holdsTime(REAL_TIMEOUT_MS, passedMs),
    });
  }

  get realWork(): readonly string[] {
    return this.#realWork.kinds(REAL_TIMEOUT_MS);
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
    const { background = false, stops = false } = options;
    const dueAt = this.#elapsed + delay;
    const timer = { dueAt, order: this.#timersSet++, background, stops, callback };
    this.#timers.add(timer);
    if (stops) this.#stops.watch();
    return timer;
  }

  clearTimeout(handle: TimerHandle): void {
    this.#activity += 1;
    if (isTimer(handle)) this.#timers.remove(handle);
  }

  attend<T>(work: () => T, timeoutMs?: number): T {
    return this.#realWork.attend(work, timeoutMs);
  }

  advance(ms: number, options?: AdvanceOptions): Promise<void> {
    return this.#inTurn(() => {
      if (!(ms >= 0 && Number.isFinite(ms))) {
        throw new RangeError(`Expected \`ms\` to be a number of milliseconds from 0, got ${ms}`);
      }
      return this.#runTo(this.#elapsed + ms, options);
    });
  }

  advanceToNext(options?: AdvanceOptions): Promise<boolean> {
    return this.#inTurn(async () => {
      await this.settle();
      const first = this.#timers.firstInForeground();
      if (first === undefined) return false;
      await this.#runTo(first.dueAt, options);
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

  async #runTo(target: number, options: AdvanceOptions = {}): Promise<void> {
    const { realTimeout = REAL_TIMEOUT_MS } = options;
    await this.settle();
    let atOnce = 0;
    for (;;) {
      await this.#waitForRealWork(target, realTimeout);
      const timer = this.#timers.takeDue(target);
      if (timer === undefined) break;
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

  /** Lets no time pass, up to that of the next timer or `target`, while real work is under way. */
  async #waitForRealWork(target: number, realTimeout: number): Promise<void> {
    let passedMs = 0;
    while (
      Math.min(this.#timers.first()?.dueAt ?? target, target) > this.#elapsed &&
      this.#realWork.holdsTime(realTimeout, passedMs)
    ) {
      const startedAt = realNow();
      await realMoment();
      passedMs = Math.min(realNow() - startedAt, MAX_MOMENT_MS);
      await this.settle();
    }
  }

  /** Returns whether a test has turned the clock since this was asked before. */
  #tellTurned(): boolean {
    const wasTurned = this.#wasTurned;
    this.#wasTurned = this.#calls > 0;
    return wasTurned;
  }

  async #inTurn<T>(action: () => T | Promise<T>): Promise<T> {
    this.#calls += 1;
    this.#wasTurned = true;
    const turn = this.#turning.then(action, action);
    this.#turning = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#calls -= 1;
    }
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
