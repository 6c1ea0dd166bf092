/** Identifies a timer of a {@link Clock}; its type depends on the clock. */
export type TimerHandle = unknown;

/** Says what kind of timer to set. */
export interface TimerOptions {
  /** Lets the process end while the timer is pending. @default false */
  readonly background?: boolean;
  /**
   * Bounds a stop. A virtual clock that no test turns meanwhile fires it as soon as nothing real is under way, so that
   * `close` always ends.
   * @default false
   */
  readonly stops?: boolean;
}

/**
 * Tells the time and sets timers. Everything in this system takes both from a clock, so that a test can control it:
 * see `createTestClock()` in `@philjs/jobs-testkit`.
 */
export interface Clock {
  /**
   * Whether its time differs from the system's: a queue on it needs a backend that takes its time from this clock
   * alone.
   * @default false
   */
  readonly isVirtual?: boolean;
  /** Returns the current time in epoch milliseconds. */
  now(): number;
  /**
   * Calls back once after `delayMs` milliseconds. Any length is allowed, also beyond the
   * 2³¹ − 1 ms of the platform's own timers. A `background` timer does not keep the process alive.
   */
  setTimeout(callback: () => void, delayMs: number, options?: TimerOptions): TimerHandle;
  /** Cancels a timer; unknown and spent handles are ignored. */
  clearTimeout(handle: TimerHandle): void;
  /**
   * Runs work of the application, such as a handler or a hook, and returns its answer. A virtual clock lets no time pass
   * while something real that the work began is under way, until the promise that it returns settles, and for
   * `timeoutMs` real milliseconds at most; see `createTestClock()`.
   */
  attend?<T>(work: () => T, timeoutMs?: number): T;
}
