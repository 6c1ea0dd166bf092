import type { Clock, DueSchedules, ScheduleStore } from '@philjs/jobs-core';

/**
 * Returns the time that schedules use: that of the store, which all processes share, so that a wrong host
 * clock neither fires ticks too early nor leaves them unfired. It is learned with each look at what is due.
 */
export class StoreTime {
  readonly #store: ScheduleStore;
  readonly #clock: Clock;
  /** Whether to use the clock itself: the scheduler was given it, or the store uses it too. */
  readonly #isTheirs: boolean;
  #ahead = 0;

  constructor(store: ScheduleStore, clock: Clock, isTheirs: boolean) {
    this.#store = store;
    this.#clock = clock;
    this.#isTheirs = isTheirs;
  }

  /** The time, in epoch milliseconds. */
  now(): number {
    return this.#clock.now() + this.#ahead;
  }

  /** Reads the due schedules, and the time of the store. */
  async due(params: { readonly limit: number; readonly cursor?: string }): Promise<DueSchedules> {
    const given = this.#isTheirs ? { now: this.#clock.now() } : {};
    const answer = await this.#store.due({ ...given, ...params });
    this.#ahead = this.#isTheirs ? 0 : answer.now - this.#clock.now();
    return answer;
  }

  /** Asks the store for the time. */
  async ask(): Promise<number> {
    if (this.#isTheirs) return this.#clock.now();
    return (await this.due({ limit: 0 })).now;
  }
}
