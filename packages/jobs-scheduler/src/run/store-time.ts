import type { Clock } from '@philjs/jobs-core';
import type { DueSchedules, ScheduleStore } from '@philjs/jobs-core/backend';

/**
 * Returns the time that schedules use: that of the store, which all processes share, so that a wrong host
 * clock neither fires ticks too early nor leaves them unfired. It is learned with each look at what is due. Between two
 * looks a monotonic clock counts on, since the host's clock may be set.
 */
export class StoreTime {
  readonly #store: ScheduleStore;
  readonly #clock: Clock;
  /** Whether to use the clock itself: the scheduler was given it, or the store uses it too. */
  readonly #isTheirs: boolean;
  /** The time of the store when `performance.now()` was 0, as far as known. */
  #origin: number | undefined;

  constructor(store: ScheduleStore, clock: Clock, isTheirs: boolean) {
    this.#store = store;
    this.#clock = clock;
    this.#isTheirs = isTheirs;
  }

  /** The time, in epoch milliseconds. */
  now(): number {
    if (this.#origin === undefined) return this.#clock.now();
    return Math.floor(this.#origin + performance.now());
  }

  /** Reads the due schedules, and the time of the store. */
  async due(params: { readonly limit: number; readonly cursor?: string }): Promise<DueSchedules> {
    const given = this.#isTheirs ? { now: this.#clock.now() } : {};
    const answer = await this.#store.due({ ...given, ...params });
    if (!this.#isTheirs) this.#origin = answer.now - performance.now();
    return answer;
  }

  /** Asks the store for the time. */
  async ask(): Promise<number> {
    if (this.#isTheirs) return this.#clock.now();
    return (await this.due({ limit: 0 })).now;
  }
}
