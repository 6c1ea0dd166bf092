import type { Clock } from '@philjs/jobs-core';
import type { TimerHandle, TimerOptions } from '@philjs/jobs-core/backend';

/** Delegates to another clock and counts the timers set on it. */
export class CountingClock implements Clock {
  readonly #clock: Clock;
  readonly #pending = new Set<TimerHandle>();
  #set = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Returns how many timers have neither fired nor been cleared. */
  get pending(): number {
    return this.#pending.size;
  }

  /** Returns how many timers were ever set. */
  get set(): number {
    return this.#set;
  }

  now(): number {
    return this.#clock.now();
  }

  setTimeout(callback: () => void, delayMs: number, options?: TimerOptions): TimerHandle {
    this.#set += 1;
    const handle = this.#clock.setTimeout(
      () => {
        this.#pending.delete(handle);
        callback();
      },
      delayMs,
      options,
    );
    this.#pending.add(handle);
    return handle;
  }

  clearTimeout(handle: TimerHandle): void {
    this.#pending.delete(handle);
    this.#clock.clearTimeout(handle);
  }
}
