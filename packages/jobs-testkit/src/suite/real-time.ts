import { type Clock, systemClock } from '@philjs/jobs-core';
import type { Condition, TrialTime } from './trial-time.ts';

/** How long a condition may take to become true, unless the test says otherwise. */
const WITHIN_MS = 10_000;
/** The interval between checks of a condition. */
const POLL_MS = 5;
/** The time a busy machine adds to every duration. */
const SLACK_MS = 500;
/** How long work under way may need to finish. */
const SETTLE_MS = 50;

/** Runs a test on the system's clock, as briefly as the engine's resolution allows. */
export class RealTime implements TrialTime {
  readonly clock: Clock = systemClock;
  readonly isVirtual = false;
  readonly precisionMs = 50;
  readonly delayMs: number;
  readonly lockMs: number;
  readonly latenessMs: number;
  readonly #resolutionMs: number;

  constructor(timeResolutionMs: number) {
    this.#resolutionMs = timeResolutionMs;
    this.delayMs = Math.max(300, timeResolutionMs);
    this.lockMs = Math.max(1_000, 2 * timeResolutionMs);
    this.latenessMs = timeResolutionMs + SLACK_MS;
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
    const within = withinMs === undefined ? WITHIN_MS : withinMs + SLACK_MS;
    const deadline = performance.now() + within;
    while (!(await condition())) {
      if (performance.now() > deadline) throw new Error(`Waited ${within} ms in vain: ${what}`);
      await this.pass(POLL_MS);
    }
  }

  async finish<T>(what: string, promise: Promise<T>, withinMs?: number): Promise<T> {
    const within = withinMs === undefined ? WITHIN_MS : withinMs + SLACK_MS;
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
