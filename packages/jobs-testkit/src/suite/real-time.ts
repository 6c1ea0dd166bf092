import type { Clock } from '@philjs/jobs-core';
import { systemClock } from '@philjs/jobs-core';
import { ProcessLag } from './process-lag.ts';
import type { Condition, TrialTime } from './trial-time.ts';

/** How long a condition may take to become true, unless the test says otherwise. */
const WITHIN_MS = 60_000;
/** How many times as long as a test allows something may take: a busy store is slow while this process is on time. */
const SLOWER = 4;
/** The interval between checks of a condition. */
const POLL_MS = 5;
/**
 * The durations of a test that has the process for itself, and of one that shares it: timers of others make its own
 * later. `slack` is the time a busy machine adds to every duration.
 */
const DURATIONS_MS = {
  own: { delay: 300, lock: 1_000, precision: 50, slack: 500 },
  shared: { delay: 1_000, lock: 2_000, precision: 100, slack: 1_000 },
} as const;
/** How often what is due waits for its process: for its timer, to ask the store, for the answer, and to start. */
const WAITS = 4;
/** One for all tests of the process. */
const lag = new ProcessLag();
/** How far a test looks back to see how late its process is. */
const LOOKS_BACK_MS = 10_000;
/** How many times as long the durations of a test become at most when its process is late. */
const MOST_LONGER = 3;
/** How long work under way may need to finish, and how much longer at most in a process that is late. */
const SETTLE_MS = 50;
const SETTLE_LATE_MS = 2_000;

/** Returns how much later something may be that is due, by how late the process was since a time of `performance.now()`. */
function latenessSince(at: number): number {
  return Math.ceil(WAITS * lag.since(at));
}

/** Returns how long something may take on a slow machine of which a test says how long it may take. */
function longest(withinMs: number): number {
  return Math.max(withinMs, Math.min(SLOWER * withinMs, WITHIN_MS));
}

/** Runs a test on the system's clock, as briefly as the engine's resolution allows. */
export class RealTime implements TrialTime {
  readonly clock: Clock = systemClock;
  readonly isVirtual = false;
  readonly precisionMs: number;
  readonly delayMs: number;
  readonly lockMs: number;
  readonly keptLockMs = 60_000;
  readonly #resolutionMs: number;
  readonly #slackMs: number;
  readonly #startedAt = performance.now();

  constructor(timeResolutionMs: number, process: keyof typeof DURATIONS_MS) {
    const { delay, lock, precision, slack } = DURATIONS_MS[process];
    this.#resolutionMs = timeResolutionMs;
    this.#slackMs = slack;
    this.precisionMs = precision;
    // All alike: a test may count on the lease of a holder being longer than some delays.
    const late = latenessSince(this.#startedAt - LOOKS_BACK_MS);
    const longer = Math.min(Math.max(1, late / delay), MOST_LONGER);
    this.delayMs = Math.max(Math.ceil(longer * delay), timeResolutionMs);
    this.lockMs = Math.max(Math.ceil(longer * lock), 2 * timeResolutionMs);
  }

  /** Grows with how late timers of this process were since the test began: a busy machine makes all of it late. */
  get latenessMs(): number {
    return this.#resolutionMs + this.#allowanceMs;
  }

  get mostLateMs(): number {
    return this.latenessMs + (SLOWER - 1) * this.#slackMs;
  }

  get #allowanceMs(): number {
    return this.#slackMs + latenessSince(this.#startedAt);
  }

  now(): number {
    return Date.now();
  }

  pass(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  jump(ms: number): Promise<void> {
    return this.pass(ms);
  }

  async block(ms: number): Promise<void> {
    const end = performance.now() + ms;
    while (performance.now() < end);
    lag.leaveOut();
  }

  sleep(ms: number): Promise<void> {
    return this.pass(ms);
  }

  settle(): Promise<void> {
    const late = Math.min(latenessSince(performance.now() - LOOKS_BACK_MS), SETTLE_LATE_MS);
    return this.pass(SETTLE_MS + Math.min(this.#resolutionMs, SETTLE_MS) + late);
  }

  async until(what: string, condition: Condition, withinMs?: number): Promise<void> {
    const startedAt = performance.now();
    while (!(await condition())) {
      this.#expectNoLater(what, startedAt, withinMs);
      await this.pass(POLL_MS);
    }
  }

  async finish<T>(what: string, promise: Promise<T>, withinMs?: number): Promise<T> {
    const startedAt = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      timer = setInterval(() => {
        try {
          this.#expectNoLater(what, startedAt, withinMs);
        } catch (error) {
          reject(error);
        }
      }, POLL_MS);
    });
    try {
      return await Promise.race([promise, tooLate]);
    } finally {
      clearInterval(timer);
    }
  }

  #expectNoLater(what: string, startedAt: number, withinMs: number | undefined): void {
    const passed = performance.now() - startedAt;
    if (passed <= (withinMs ?? WITHIN_MS)) return;
    const within = withinMs === undefined ? WITHIN_MS : longest(withinMs) + this.#allowanceMs;
    if (passed > within) throw new Error(`Waited ${Math.round(within)} ms in vain: ${what}`);
  }
}
