import type { Clock } from '@philjs/jobs-core';
import { systemClock } from '@philjs/jobs-core/backend';
import { ProcessLag } from './process-lag.ts';
import type { Condition, TrialTime } from './trial-time.ts';

/** How long a condition may take to become true, unless the test says otherwise. */
const WITHIN_MS = 10_000;
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
/** How long work under way may need to finish. */
const SETTLE_MS = 50;

/** Runs a test on the system's clock, as briefly as the engine's resolution allows. */
export class RealTime implements TrialTime {
  readonly clock: Clock = systemClock;
  readonly isVirtual = false;
  readonly precisionMs: number;
  readonly delayMs: number;
  readonly lockMs: number;
  readonly #resolutionMs: number;
  readonly #slackMs: number;
  readonly #startedAt = performance.now();

  constructor(timeResolutionMs: number, process: keyof typeof DURATIONS_MS) {
    const { delay, lock, precision, slack } = DURATIONS_MS[process];
    this.#resolutionMs = timeResolutionMs;
    this.#slackMs = slack;
    this.precisionMs = precision;
    this.delayMs = Math.max(delay, timeResolutionMs);
    this.lockMs = Math.max(lock, 2 * timeResolutionMs);
  }

  /** Grows with how late timers of this process were since the test began: a busy machine makes all of it late. */
  get latenessMs(): number {
    return this.#resolutionMs + this.#slackMs + WAITS * lag.since(this.#startedAt);
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
  }

  sleep(ms: number): Promise<void> {
    return this.pass(ms);
  }

  settle(): Promise<void> {
    return this.pass(SETTLE_MS + Math.min(this.#resolutionMs, SETTLE_MS));
  }

  async until(what: string, condition: Condition, withinMs?: number): Promise<void> {
    const within = withinMs === undefined ? WITHIN_MS : withinMs + this.#slackMs;
    const deadline = performance.now() + within;
    while (!(await condition())) {
      if (performance.now() > deadline) throw new Error(`Waited ${within} ms in vain: ${what}`);
      await this.pass(POLL_MS);
    }
  }

  async finish<T>(what: string, promise: Promise<T>, withinMs?: number): Promise<T> {
    const within = withinMs === undefined ? WITHIN_MS : withinMs + this.#slackMs;
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`Waited ${within} ms in vain: ${what}`)), within);
    });
    try {
      return await Promise.race([promise, tooLate]);
    } finally {
      clearTimeout(timer);
    }
  }
}
