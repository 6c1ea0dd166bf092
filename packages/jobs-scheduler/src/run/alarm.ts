import type { Clock, TimerHandle } from '@philjs/jobs-core';

/** Rings once, at the earliest time it was set for. Takes one timer. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #timer: TimerHandle | undefined;
  #at = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Rings at a time, in epoch milliseconds, unless it does so before. */
  setFor(at: number): void {
    if (at >= this.#at) return;
    this.clear();
    this.#at = at;
    const ring = (): void => {
      this.clear();
      this.#ring();
    };
    this.#timer = this.#clock.setTimeout(ring, Math.max(0, at - this.#clock.now()));
  }

  /** Stops it until it is set again. */
  clear(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#at = Number.POSITIVE_INFINITY;
  }
}
