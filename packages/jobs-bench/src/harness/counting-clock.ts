import type { Clock, TimerHandle, TimerOptions } from '@philjs/jobs-core';

/** Delegates to another clock and counts the timers set on it. */
export class CountingClock implements Clock {
  readonly #clock: Clock;
  readonly #pending = new Set<TimerHandle>();
  /** How many timers were ever set. */
  set = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Returns how many timers have neither fired nor been cleared. */
  get pending(): number {
    return this.#pending.size;
  }

  now(): number {
    return this.#clock.now();
  }

  setTimeout(callback: () => void, delayMs: number, options?: TimerOptions): TimerHandle {
    this.set += 1;
    const fire = (): void => {
      this.#pending.delete(handle);
      callback();
    };
    const handle = this.#clock.setTimeout(fire, delayMs, options);
    this.#pending.add(handle);
    return handle;
  }

  clearTimeout(handle: TimerHandle): void {
    this.#pending.delete(handle);
    this.#clock.clearTimeout(handle);
  }
}
