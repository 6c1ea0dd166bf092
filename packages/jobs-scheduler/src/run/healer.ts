import { escapeControls, type IQueue, type ScheduleStore } from '@philjs/jobs-core';
import { changeSchedule } from '../store/change-schedule.ts';
import { tickToHeal } from '../store/heal-schedule.ts';
import { listSchedules } from '../store/list-schedules.ts';
import { Breath } from './breath.ts';
import type { StoreTime } from './store-time.ts';

const HOUR_MS = 3_600_000;

/** Holds the dependencies of a healer. */
export interface HealerOptions {
  readonly queue: IQueue;
  readonly store: ScheduleStore;
  readonly time: StoreTime;
  readonly report: (error: unknown) => void;
}

/**
 * Checks all schedules when a scheduler starts and once an hour while it runs, and repairs those that are waiting
 * for a tick too far away because a clock was ahead.
 */
export class Healer {
  readonly #options: HealerOptions;
  readonly #breath = new Breath();
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(options: HealerOptions) {
    this.#options = options;
  }

  /** Checks the schedules if it is time to. Never rejects. */
  async tend(now: number): Promise<void> {
    if (Math.abs(now - this.#lookedAt) < HOUR_MS) return;
    this.#lookedAt = now;
    try {
      await this.#heal();
    } catch (error) {
      this.#options.report(error);
    }
  }

  async #heal(): Promise<void> {
    const { queue, store, time } = this.#options;
    const { schedules } = await listSchedules(store);
    for (const { id, spec, state } of schedules) {
      await this.#breath.take();
      if (tickToHeal(spec, state, time.now()) === undefined) continue;
      let isHealed = false;
      await changeSchedule(store, id, (current) => {
        const tickAt = current && tickToHeal(current.spec, current.state, time.now());
        isHealed = tickAt !== undefined;
        if (current === undefined || tickAt === undefined) return undefined;
        return { spec: current.spec, state: { ...current.state, tickAt } };
      });
      if (!isHealed) continue;
      queue.logger.warn(
        `Schedule ${escapeControls(id)} waited for a tick that is not its next one, as after a clock that was ahead. It goes on with its next one.`,
      );
    }
  }
}
