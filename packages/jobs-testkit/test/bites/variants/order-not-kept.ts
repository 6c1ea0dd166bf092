import type { OrderStore } from '@philjs/jobs-core/backend';
import { tampered, type Variant } from '../variant.ts';

export const orderNotKept: Variant = {
  name: 'says that it keeps an order, and hands jobs out first in, first out',
  caughtBy: [
    'keeps the order that the first process says, until it is changed',
    'lets a priority count as an earlier arrival in an ageing order',
    'starts the earliest deadline of a priority first, and jobs without one last',
    'starts what the model of an ageing order starts, whatever happens',
    'starts what the model of an order by deadline starts, whatever happens',
  ],
  create: tampered(({ orders }) => ({
    orders: {
      ...(orders as OrderStore),
      adopt: async ({ order }) => order,
      set: async () => undefined,
      read: async () => undefined,
      place: async () => undefined,
    },
  })),
};
