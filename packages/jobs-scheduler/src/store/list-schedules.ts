import type { ScheduleStore } from '@philjs/jobs-core';
import { readSchedule, type StoredSchedule } from '../spec/stored-schedule.ts';

const PAGE = 1000;

/** Reads all schedules of a queue, by id. */
export async function listSchedules(store: ScheduleStore): Promise<readonly StoredSchedule[]> {
  const found: StoredSchedule[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list({ limit: PAGE, ...(cursor !== undefined && { cursor }) });
    found.push(...page.schedules.map(readSchedule));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}
