import { processWide } from '../check/process-wide.ts';
import type { Clock, TimerHandle, TimerOptions } from './clock.ts';

/** The longest delay a platform timer takes; a longer one would fire immediately. */
const MAX_TIMER_MS = 2 ** 31 - 1;

class LongTimer {
  #handle: ReturnType<typeof setTimeout> | undefined;

  constructor(callback: () => void, delayMs: number, background: boolean) {
    this.#arm(callback, delayMs, background);
  }

  #arm(callback: () => void, delayMs: number, background: boolean): void {
    this.#handle =
      delayMs <= MAX_TIMER_MS
        ? setTimeout(callback, Math.max(0, delayMs))
        : setTimeout(() => this.#arm(callback, delayMs - MAX_TIMER_MS, background), MAX_TIMER_MS);
    // A browser's timers are numbers, and keep no process alive.
    if (background) (this.#handle as Partial<NodeJS.Timeout>).unref?.();
  }

  clear(): void {
    clearTimeout(this.#handle);
  }
}

/** Reads the system's time and sets the platform's timers: one clock for all copies of this package. */
export const systemClock: Clock = processWide('system clock', () => ({
  now: () => Date.now(),
  setTimeout: (callback, delayMs, options?: TimerOptions): TimerHandle =>
    new LongTimer(callback, delayMs, options?.background === true),
  clearTimeout: (handle) => {
    if (handle instanceof LongTimer) handle.clear();
  },
}));
