import type { DueSchedules, ScheduleRecord } from './schedule-store.ts';

/**
 * Makes the answer of {@link ScheduleStore.due} from the next schedules of a store, sorted by `nextAt` and `revision`:
 * one more than `limit`, if there are as many, which are due at `now` or later. Its cursor is the place of its last one as
 * JSON: that pair, unless the store sorts by another.
 */
export function duePage(
  found: readonly ScheduleRecord[],
  limit: number,
  now: number,
  placeOf: (last: ScheduleRecord) => readonly unknown[] = ({ nextAt, revision }) => [
    nextAt,
    revision,
  ],
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
    ...(more && { cursor: JSON.stringify(placeOf(last)) }),
  };
}
