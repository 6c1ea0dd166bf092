import { MAX_MOMENT_MS, realMoment, realNow } from './platform.ts';
import type { TimerList } from './timer-list.ts';

/** In how many moments in a row the clock must stand still before a stop is not waited for any longer. */
const STILL_MOMENTS = 50;

interface StopTimersOptions {
  readonly timers: TimerList;
  /** Returns whether a test has turned the clock since it was asked before. */
  readonly wasTurned: () => boolean;
  /** Returns whether real work is under way, after so many real milliseconds since it was asked before. */
  readonly isBusy: (passedMs: number) => boolean;
}

/** Fires the timers that bound a stop when no test turns the clock: a `close` must end, also in a `finally`. */
export class StopTimers {
  readonly #options: StopTimersOptions;
  #isWatching = false;

  constructor(options: StopTimersOptions) {
    this.#options = options;
  }

  /** Watches until no such timer is left. */
  watch(): void {
    if (!this.#isWatching) void this.#watch();
  }

  async #watch(): Promise<void> {
    const { timers, wasTurned, isBusy } = this.#options;
    this.#isWatching = true;
    let still = 0;
    for (;;) {
      const startedAt = realNow();
      await realMoment();
      const first = timers.firstOfStops();
      if (first === undefined) break;
      const isBusyStill = isBusy(Math.min(realNow() - startedAt, MAX_MOMENT_MS));
      still = wasTurned() || isBusyStill ? 0 : still + 1;
      if (still < STILL_MOMENTS) continue;
      still = 0;
      timers.remove(first);
      first.callback();
    }
    this.#isWatching = false;
  }
}
