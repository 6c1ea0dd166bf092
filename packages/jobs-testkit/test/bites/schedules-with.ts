import type { Backend, ScheduleStore } from '@philjs/jobs-core/backend';

/** Makes a store of schedules of which some methods are others. */
export function schedulesWith(
  store: ScheduleStore,
  changes: Partial<ScheduleStore>,
): Pick<Backend, 'schedules'> {
  const schedules = new Proxy(store, {
    get(target, key: keyof ScheduleStore) {
      return changes[key] ?? target[key].bind(target);
    },
  });
  return { schedules };
}
