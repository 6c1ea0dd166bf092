import type { OrderStore } from '@philjs/jobs-core/backend';
import { tampered, type Variant } from '../variant.ts';

export const orderOfTheLastProcess: Variant = {
  name: 'takes over the order of every process',
  caughtBy: ['keeps the order that the first process says, until it is changed'],
  create: tampered(({ orders: inner }) => {
    const orders = inner as OrderStore;
    return {
      orders: {
        adopt: async ({ order }) => {
          await orders.set({ order });
          return order;
        },
        set: (params) => orders.set(params),
        read: () => orders.read(),
        place: (params) => orders.place(params),
      },
    };
  }),
};
