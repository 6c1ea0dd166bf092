import type { DueSchedules, ScheduleRecord } from './schedule-store.ts';

/**
 * Makes the answer of {@link ScheduleStore.due} from the next schedules of a store, sorted by `nextAt` and `revision`:
 * one more than `limit`, if there are as many, which are due at `now` or later. Its cursor is that pair as JSON.
 */
export function duePage(
  found: readonly ScheduleRecord[],
  limit: number,
  now: number,
): Omit<DueSchedules, 'life'> {
  const isDue = (record: ScheduleRecord): boolean => (record.nextAt ?? now) <= now;
  const schedules = found.slice(0, limit).filter(isDue);
  const last = schedules.at(-1);
  const behind = found[schedules.length];
  const more = last !== undefined && behind !== undefined && isDue(behind);
  return {
    schedules,
    nextAt: behind?.nextAt,
    now,
    ...(more && { cursor: JSON.stringify([last.nextAt, last.revision]) }),
  };
}
