import { type LeaseVariant, leasesWith } from '../lease-variant.ts';

export const stopsAtFirstRefusal: LeaseVariant = {
  name: 'stops at the first lease it refuses',
  caughtBy: [
    'records 64 ended leases, and refuses those of them that are not held',
    'records 1000 ended leases, and refuses those of them that are not held',
  ],
  leases: leasesWith((inner) => ({
    exchange: async (params) => {
      let sequence = params.sequence * 1_000;
      for (const [index, one] of params.ended.entries()) {
        sequence += 1;
        const { refused } = await inner.exchange({ ...params, sequence, ended: [one], limit: 0 });
        if (refused.length === 0) continue;
        const left = params.ended.slice(index).map(({ lease }) => lease);
        return { refused: left, jobs: [], stalled: [], now: params.now };
      }
      return inner.exchange({ ...params, sequence: sequence + 1, ended: [] });
    },
  })),
};
