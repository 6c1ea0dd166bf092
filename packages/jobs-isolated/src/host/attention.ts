import { AsyncResource } from 'node:async_hooks';
import type { Clock } from '@philjs/jobs-core';

/** How often the timer below fires, in milliseconds: a clock takes one that is longer than it waits for a guard. */
const PULSE_MS = 50;

/**
 * Makes a virtual clock stand still while an isolate works, and go on while it waits for that clock. Node tells the clock
 * of timers, and not of messages to a thread or a process that was there before: so there is a timer.
 */
export class Attention {
  readonly #pulse: (() => NodeJS.Timeout) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #waits = 0;

  /** Is made in the async context of the run, in which the clock looks for what the run began. */
  constructor(clock: Clock) {
    if (clock.isVirtual !== true) return;
    this.#pulse = AsyncResource.bind(() => setInterval(() => undefined, PULSE_MS));
    this.#timer = this.#pulse();
  }

  /** Lets time pass while the isolate waits for a moment of the clock. */
  async during<T>(wait: Promise<T>): Promise<T> {
    this.#waits += 1;
    this.#stop();
    try {
      return await wait;
    } finally {
      this.#waits -= 1;
      if (this.#waits === 0) this.#timer = this.#pulse?.();
    }
  }

  /** Ends it, for good. */
  end(): void {
    this.#waits = Number.POSITIVE_INFINITY;
    this.#stop();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
