import type { ScheduleRecord, ScheduleStore } from '@philjs/jobs-core/backend';
import { schedulesWith } from '../schedules-with.ts';
import { tampered, type Variant } from '../variant.ts';

export const putsOneByOne: Variant = {
  name: 'changes schedules one by one, until one is refused',
  caughtBy: ['changes none of many when one of them was changed since'],
  create: tampered((inner) => {
    const store = inner.schedules as ScheduleStore;
    return schedulesWith(store, {
      putAll: async ({ schedules }) => {
        const records: ScheduleRecord[] = [];
        for (const one of schedules) {
          const record = await store.put(one);
          if (record === undefined) return undefined;
          records.push(record);
        }
        return records;
      },
    });
  }),
};
