import type { ScheduleStore } from '@philjs/jobs-core/backend';
import { schedulesWith } from '../schedules-with.ts';
import { tampered, type Variant } from '../variant.ts';

export const duePassesOver: Variant = {
  name: 'pages through what is due by counting, while that changes',
  caughtBy: ['reads what is due a page at a time, whatever becomes of it meanwhile'],
  create: tampered((inner) => {
    const store = inner.schedules as ScheduleStore;
    return schedulesWith(store, {
      due: async ({ cursor, limit, ...params }) => {
        const behind = Number(cursor ?? 0);
        const page = await store.due({ ...params, limit: behind + limit });
        const schedules = page.schedules.slice(behind);
        const { cursor: _, ...rest } = page;
        return {
          ...rest,
          schedules,
          ...(schedules.length === limit && { cursor: `${behind + limit}` }),
        };
      },
    });
  }),
};
