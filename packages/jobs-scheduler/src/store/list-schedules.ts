import { isJobsError } from '@philjs/jobs-core';
import type { ScheduleStore } from '@philjs/jobs-core/backend';
import { readSchedule, type StoredSchedule } from '../spec/stored-schedule.ts';

const PAGE = 1000;

/** All schedules of a queue. */
export interface ListedSchedules {
  /** By id, also those that are no longer declared. */
  readonly schedules: readonly StoredSchedule[];
  /** The errors of those that a later version of this package wrote, by id. */
  readonly unreadable: ReadonlyMap<string, unknown>;
}

/** Reads all schedules of a queue. */
export async function listSchedules(store: ScheduleStore): Promise<ListedSchedules> {
  const schedules: StoredSchedule[] = [];
  const unreadable = new Map<string, unknown>();
  let cursor: string | undefined;
  do {
    const page = await store.list({ limit: PAGE, ...(cursor !== undefined && { cursor }) });
    for (const record of page.schedules) {
      try {
        schedules.push(readSchedule(record));
      } catch (error) {
        if (!isJobsError(error, 'JOBS_BACKEND_CONTRACT')) throw error;
        unreadable.set(record.id, error);
      }
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return { schedules, unreadable };
}
