import type { Clock, TimerHandle } from './clock.ts';

/** The longest delay a platform timer takes; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

class LongTimer {
  #handle: ReturnType<typeof setTimeout> | undefined;

  constructor(callback: () => void, delayMs: number) {
    this.#arm(callback, delayMs);
  }

  #arm(callback: () => void, delayMs: number): void {
    this.#handle =
      delayMs <= MAX_TIMER_MS
        ? setTimeout(callback, Math.max(0, delayMs))
        : setTimeout(() => this.#arm(callback, delayMs - MAX_TIMER_MS), MAX_TIMER_MS);
  }

  clear(): void {
    clearTimeout(this.#handle);
  }
}

/** Reads the system's time and sets the platform's timers. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, delayMs): TimerHandle => new LongTimer(callback, delayMs),
  clearTimeout: (handle) => {
    if (handle instanceof LongTimer) handle.clear();
  },
};
