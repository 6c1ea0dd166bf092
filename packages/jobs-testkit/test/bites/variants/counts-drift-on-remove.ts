import { sharedByQueue, tampered, type Variant } from '../variant.ts';

const drift = sharedByQueue(() => ({ removed: 0 }));

export const countsDriftOnRemove: Variant = {
  name: 'goes on counting jobs that were removed',
  caughtBy: [
    'removes jobs of every state but active, and counts stay true',
    'removes 1,000 jobs in one call',
    'counts and lists agree after much has happened',
  ],
  create: tampered((inner, context) => ({
    remove: async (params) => {
      const removed = await inner.remove(params);
      drift(context).removed += removed;
      return removed;
    },
    counts: async () => {
      const counts = await inner.counts();
      return { ...counts, waiting: counts.waiting + drift(context).removed };
    },
  })),
};
