import type { ScheduleStore } from '@philjs/jobs-core/backend';
import { schedulesWith } from '../schedules-with.ts';
import { tampered, type Variant } from '../variant.ts';

export const forgetsLongRuns: Variant = {
  name: 'remembers the latest 20 runs of a schedule only',
  caughtBy: [
    'lists the runs that have not ended, however many there are and whatever was done to them',
  ],
  create: tampered((inner) => {
    const store = inner.schedules as ScheduleStore;
    return schedulesWith(store, {
      liveRuns: async (params) => (await store.liveRuns(params)).slice(-20),
    });
  }),
};
