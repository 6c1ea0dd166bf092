import { type LeaseVariant, leasesWith } from '../lease-variant.ts';

export const keepsTheFirstName: LeaseVariant = {
  name: 'lets a lease belong for good to the name it was handed out to',
  caughtBy: ['renews a lease in the name that asks for it, and that holds it from then on'],
  leases: leasesWith((inner) => {
    const names = new Map<string, string>();
    return {
      exchange: async (params) => {
        const answer = await inner.exchange(params);
        for (const { id } of answer.jobs) names.set(id, params.holder);
        return answer;
      },
      extend: (params) => {
        const [first] = params.leases;
        const holder = names.get(first?.id ?? '') ?? params.holder;
        return inner.extend({ ...params, holder });
      },
    };
  }),
};
