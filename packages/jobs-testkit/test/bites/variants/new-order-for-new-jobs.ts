import type { QueueOrder } from '@philjs/jobs-core';
import type { NewJob, OrderStore } from '@philjs/jobs-core/backend';
import { sharedByQueue, tampered, type Variant } from '../variant.ts';

const wanted = sharedByQueue((): { order?: QueueOrder } => ({}));

export const newOrderForNewJobs: Variant = {
  name: 'applies a changed order to the jobs that are added next',
  caughtBy: ['moves the waiting jobs when the order is changed'],
  create: tampered((inner, context) => {
    const orders = inner.orders as OrderStore;
    const kept = wanted(context);
    return {
      orders: {
        adopt: (params) => orders.adopt(params),
        set: async ({ order }) => {
          kept.order = order;
        },
        read: async () => kept.order ?? (await orders.read()),
        place: (params) => orders.place(params),
      },
      add: async (params: { readonly jobs: readonly NewJob[] }) => {
        if (kept.order !== undefined) await orders.set({ order: kept.order });
        return inner.add(params);
      },
    };
  }),
};
