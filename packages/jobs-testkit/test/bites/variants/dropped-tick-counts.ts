import type { ScheduleStore } from '@philjs/jobs-core/backend';
import { schedulesWith } from '../schedules-with.ts';
import { tampered, type Variant } from '../variant.ts';

export const droppedTickCounts: Variant = {
  name: 'stores a tick as fired though another job holds its key',
  caughtBy: ['stores what was decided for a job whose key is taken, in the same step'],
  create: tampered((inner) => {
    const store = inner.schedules as ScheduleStore;
    return schedulesWith(store, {
      fire: ({ ifDuplicate: _, ...params }) => store.fire(params),
    });
  }),
};
