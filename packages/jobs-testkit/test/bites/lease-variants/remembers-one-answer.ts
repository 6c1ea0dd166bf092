import { type LeaseVariant, leasesWith } from '../lease-variant.ts';

export const remembersOneAnswer: LeaseVariant = {
  name: 'remembers only the last of two calls',
  caughtBy: ['remembers the last two calls of a holder, in whatever order they are made again'],
  leases: leasesWith((inner) => {
    let last = 0;
    let own = 0;
    return {
      exchange: (params) => {
        if (params.sequence !== last) own += 1;
        last = params.sequence;
        return inner.exchange({ ...params, sequence: own });
      },
    };
  }),
};
