import type { ScheduleRecord } from './schedule-store.ts';

/**
 * Makes the answer of `ScheduleStore.list` from the next schedules of a store, sorted by id: one more than `limit`, if there
 * are as many.
 */
export function schedulePage(
  found: readonly ScheduleRecord[],
  limit: number,
): { readonly schedules: readonly ScheduleRecord[]; readonly cursor?: string } {
  const schedules = found.slice(0, limit);
  const last = schedules.at(-1);
  const more = last !== undefined && found.length > limit;
  return { schedules, ...(more && { cursor: last.id }) };
}
