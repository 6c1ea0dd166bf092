import { ENDED_STATUSES } from '@philjs/jobs-core/internal';
import type { JobTable } from './job-table.ts';

/** Remembers which jobs schedules enqueued, as long as those may run: a failed one may be put back. */
export class TrackedRuns {
  readonly #table: JobTable;
  readonly #bySchedule = new Map<string, Set<string>>();

  constructor(table: JobTable) {
    this.#table = table;
  }

  /** Remembers jobs of a schedule. */
  add(scheduleId: string, jobIds: readonly string[]): void {
    const known = this.#bySchedule.get(scheduleId) ?? new Set();
    this.#bySchedule.set(scheduleId, known);
    for (const id of jobIds) known.add(id);
  }

  /** Lists the jobs that have not ended, and forgets those that will never run again. */
  live(scheduleId: string): string[] {
    const live: string[] = [];
    const known = this.#bySchedule.get(scheduleId) ?? [];
    for (const id of known) {
      const status = this.#table.get(id)?.status;
      if (status === undefined || status === 'completed') {
        this.#bySchedule.get(scheduleId)?.delete(id);
      } else if (!ENDED_STATUSES.includes(status)) live.push(id);
    }
    return live;
  }

  /** Forgets the jobs of a schedule. */
  forget(scheduleId: string): void {
    this.#bySchedule.delete(scheduleId);
  }
}
