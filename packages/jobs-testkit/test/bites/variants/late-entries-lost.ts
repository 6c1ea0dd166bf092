import type { ScheduleStore, TickEntry } from '@philjs/jobs-core/backend';
import { schedulesWith } from '../schedules-with.ts';
import { tampered, type Variant } from '../variant.ts';

export const lateEntriesLost: Variant = {
  name: 'keeps the latest ticks in the ledger rather than those written last',
  caughtBy: [
    'keeps 100 entries of each schedule, or as many as it is asked to: those written last',
  ],
  create: tampered((inner) => {
    const store = inner.schedules as ScheduleStore;
    return schedulesWith(store, {
      record: async (params) => {
        const entries: TickEntry[] = [];
        for (const entry of params.entries) {
          const there = await store.history({ id: entry.scheduleId, limit: 100 });
          const isOld = there.length === 100 && entry.tickAt < (there.at(-1)?.tickAt ?? 0);
          if (!isOld) entries.push(entry);
        }
        return store.record({ ...params, entries });
      },
    });
  }),
};
