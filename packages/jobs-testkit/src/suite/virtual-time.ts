import { createTestClock, type TestClock } from '../clock/test-clock.ts';
import type { Condition, TrialTime } from './trial-time.ts';

/** How long a condition may take to become true, unless the test says otherwise. */
const WITHIN_MS = 300_000;

/** Runs a test on a clock that it advances itself, from timer to timer. */
export class VirtualTime implements TrialTime {
  readonly clock: TestClock = createTestClock();
  readonly isVirtual = true;
  readonly delayMs = 60_000;
  readonly lockMs = 30_000;
  readonly keptLockMs = 30_000;
  readonly precisionMs = 0;
  readonly latenessMs: number;
  readonly mostLateMs: number;

  constructor(timeResolutionMs: number) {
    this.latenessMs = timeResolutionMs;
    this.mostLateMs = timeResolutionMs;
  }

  now(): number {
    return this.clock.now();
  }

  pass(ms: number): Promise<void> {
    return this.clock.advance(ms);
  }

  jump(ms: number): Promise<void> {
    return this.clock.set(this.clock.now() + ms);
  }

  block(ms: number): Promise<void> {
    return this.jump(ms);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.clock.setTimeout(resolve, ms);
    });
  }

  settle(): Promise<void> {
    return this.clock.settle();
  }

  async until(what: string, condition: Condition, withinMs: number = WITHIN_MS): Promise<void> {
    const deadline = this.clock.now() + withinMs;
    for (;;) {
      await this.clock.settle();
      if (await condition()) return;
      const { nextAt } = this.clock;
      if (nextAt === undefined || nextAt > deadline) {
        throw new Error(`Waited ${withinMs} ms of virtual time in vain: ${what}`);
      }
      await this.clock.advance(nextAt - this.clock.now());
    }
  }

  async finish<T>(what: string, promise: Promise<T>, withinMs?: number): Promise<T> {
    let isSettled = false;
    const settled = (): void => {
      isSettled = true;
    };
    promise.then(settled, settled);
    await this.until(what, () => isSettled, withinMs);
    return promise;
  }
}
