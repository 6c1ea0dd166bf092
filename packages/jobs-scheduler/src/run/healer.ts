import { type IQueue, isJobsError } from '@philjs/jobs-core';
import type { ScheduleStore } from '@philjs/jobs-core/backend';
import { escapeControls, takeTurn } from '@philjs/jobs-core/internal';
import type { StoredSchedule } from '../spec/stored-schedule.ts';
import { changeSchedule } from '../store/change-schedule.ts';
import { tickToHeal } from '../store/heal-schedule.ts';
import { listSchedules } from '../store/list-schedules.ts';
import type { StoreTime } from './store-time.ts';

const HOUR_MS = 3_600_000;

/** Holds the dependencies of a healer. */
export interface HealerOptions {
  readonly queue: IQueue;
  readonly store: ScheduleStore;
  readonly time: StoreTime;
  /** Whether the scheduler runs; when it does no longer, checking ends. */
  readonly isRunning: () => boolean;
  readonly report: (error: unknown) => void;
}

/**
 * Checks all schedules when a scheduler starts and once an hour while it runs, and repairs those that are waiting
 * for a tick too far away because a clock was ahead.
 */
export class Healer {
  readonly #options: HealerOptions;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #healing: Promise<void> = Promise.resolve();

  constructor(options: HealerOptions) {
    this.#options = options;
  }

  /** Checks the schedules if it is time to. Never rejects. */
  tend(now: number): Promise<void> {
    if (Math.abs(now - this.#lookedAt) < HOUR_MS) return this.#healing;
    this.#lookedAt = now;
    this.#healing = this.#healing
      .then(() => this.#healAll())
      .catch((error) => {
        if (!isJobsError(error, 'JOBS_QUEUE_CLOSED')) this.#options.report(error);
      });
    return this.#healing;
  }

  /** Resolves when no check is under way. Never rejects. */
  done(): Promise<void> {
    return this.#healing;
  }

  async #healAll(): Promise<void> {
    const { schedules } = await listSchedules(this.#options.store);
    for (const schedule of schedules) {
      await takeTurn();
      if (!this.#options.isRunning()) return;
      await this.#tryHeal(schedule);
    }
  }

  /** Heals a schedule if it has to be. One that cannot be read, as its zone is not known here, is left to others. */
  async #tryHeal(schedule: StoredSchedule): Promise<void> {
    try {
      if (this.#tickOf(schedule) !== undefined) await this.#heal(schedule.id);
    } catch (error) {
      if (isJobsError(error)) throw error;
      this.#options.report(error);
    }
  }

  async #heal(id: string): Promise<void> {
    const { queue, store } = this.#options;
    let isHealed = false;
    await changeSchedule(store, id, (current) => {
      const tickAt = current && this.#tickOf(current);
      isHealed = tickAt !== undefined;
      if (current === undefined || tickAt === undefined) return undefined;
      return { spec: current.spec, state: { ...current.state, tickAt } };
    });
    if (!isHealed) return;
    queue.logger.warn(
      `Schedule ${escapeControls(id)} waited for a tick that is not its next one, as after a clock that was ahead. It goes on with its next one.`,
    );
  }

  #tickOf({ spec, state }: StoredSchedule): number | undefined {
    return tickToHeal(spec, state, this.#options.time.now());
  }
}
