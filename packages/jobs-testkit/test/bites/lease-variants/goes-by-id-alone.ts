import type { Lease } from '@philjs/jobs-core/backend';
import { type LeaseVariant, leasesWith } from '../lease-variant.ts';

export const goesByIdAlone: LeaseVariant = {
  name: 'knows leases by the id of their job',
  caughtBy: ['tells two leases of one job apart, though one holder had both'],
  leases: leasesWith((inner) => {
    const latest = new Map<string, number>();
    const current = ({ id, fencingToken }: Lease): Lease => ({
      id,
      fencingToken: latest.get(id) ?? fencingToken,
    });
    return {
      exchange: async (params) => {
        const ended = params.ended.map((one) => ({ ...one, lease: current(one.lease) }));
        const answer = await inner.exchange({ ...params, ended });
        for (const { id, fencingToken } of answer.jobs) latest.set(id, fencingToken);
        return answer;
      },
      extend: (params) => inner.extend({ ...params, leases: params.leases.map(current) }),
    };
  }),
};
