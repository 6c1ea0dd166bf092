import type { ScheduleStore } from '@philjs/jobs-core/backend';
import type { StoredSchedule } from '../spec/stored-schedule.ts';

/** After how many runs the store forgets those that have ended, at the earliest. */
const AT_LEAST = 16;
/** How many schedules are counted at most; each takes about 100 bytes. */
const MOST = 100_000;

/**
 * Has the store forget the ended runs of schedules whose ticks do not ask for runs. The store forgets them when it is
 * asked for the live ones, which costs as much as it has runs: it is asked again after as many as it had.
 */
export class UntidyRuns {
  readonly #store: Pick<ScheduleStore, 'liveRuns'>;
  /** How many more runs may be stored, by schedule. */
  readonly #left = new Map<string, number>();

  constructor(store: Pick<ScheduleStore, 'liveRuns'>) {
    this.#store = store;
  }

  /** Counts runs that were stored. Never rejects. */
  async add({ id, spec }: Pick<StoredSchedule, 'id' | 'spec'>, runs: number): Promise<void> {
    // The ticks of others ask for their runs, and one that runs once is removed soon.
    if (runs === 0 || spec.overlap !== 'allow' || spec.once) return;
    // By chance, as a process may end before it has stored many.
    const known = this.#left.get(id) ?? Math.ceil(Math.random() * AT_LEAST);
    let left = known - runs;
    if (left <= 0) {
      // If the store fails, the next look forgets them.
      const live = await this.#store.liveRuns({ id }).catch(() => []);
      left = Math.max(AT_LEAST, live.length);
    }
    const [oldest] = this.#left.keys();
    this.#left.delete(id);
    if (this.#left.size >= MOST && oldest !== undefined) this.#left.delete(oldest);
    this.#left.set(id, left);
  }
}
