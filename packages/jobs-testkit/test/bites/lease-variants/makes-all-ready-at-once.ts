import { type LeaseVariant, leasesWith } from '../lease-variant.ts';

export const makesAllReadyAtOnce: LeaseVariant = {
  name: 'makes any number of due jobs ready in one call',
  caughtBy: ['makes them ready in slices, and says that there are more'],
  leases: leasesWith((inner, backend) => ({
    exchange: async (params) => {
      for (;;) {
        const statuses = ['delayed'] as const;
        const { jobs } = await backend.list({ statuses, order: 'oldest', limit: 1_000 });
        const due = jobs.filter(({ runAt }) => runAt <= params.now).map(({ id }) => id);
        if (due.length === 0) return inner.exchange(params);
        await backend.promote({ ids: due });
      }
    },
  })),
};
