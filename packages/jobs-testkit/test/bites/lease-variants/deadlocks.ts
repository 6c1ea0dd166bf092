import { setImmediate as nextTurn } from 'node:timers/promises';
import { type LeaseVariant, leasesWith } from '../lease-variant.ts';

export const deadlocks: LeaseVariant = {
  name: 'locks rows in another order when it renews than when it records',
  caughtBy: [
    'records what ends while it is being renewed',
    'hands each job to one holder while all of them end, renew and are administered',
  ],
  leases: leasesWith((inner) => {
    let locked = new Set<string>();
    return {
      exchange: async (params) => {
        locked = new Set(params.ended.map(({ lease }) => lease.id));
        await nextTurn();
        locked = new Set();
        return inner.exchange(params);
      },
      extend: async (params) => {
        if (params.leases.some(({ id }) => locked.has(id))) throw new Error('deadlock detected');
        return inner.extend(params);
      },
    };
  }),
};
