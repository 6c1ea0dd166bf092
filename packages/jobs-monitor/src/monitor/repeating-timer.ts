import type { Clock, TimerHandle } from '@philjs/jobs-core';

/** Calls a task repeatedly, each time an interval after the last call ended; never two calls at once. */
export class RepeatingTimer {
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #task: () => Promise<void>;
  #handle: TimerHandle;
  #isRunning = false;

  /** Makes a timer for a task that never rejects. */
  constructor(clock: Clock, everyMs: number, task: () => Promise<void>) {
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#task = task;
  }

  /** Calls the task now, then after each interval. Does nothing when it runs already. */
  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    void this.#round();
  }

  /** Stops calling the task. */
  stop(): void {
    this.#isRunning = false;
    this.#clock.clearTimeout(this.#handle);
  }

  async #round(): Promise<void> {
    await this.#task();
    if (!this.#isRunning) return;
    this.#clock.clearTimeout(this.#handle);
    const again = (): void => void this.#round();
    this.#handle = this.#clock.setTimeout(again, this.#everyMs, { background: true });
  }
}
