import { KEPT_ANSWERS } from '@philjs/jobs-core/backend';
import { type LeaseVariant, leasesWith } from '../lease-variant.ts';

export const remembersTooFew: LeaseVariant = {
  name: 'remembers one call less than a worker makes at once',
  caughtBy: [
    'remembers the last calls of a holder, in whatever order they are made again',
    'remembers the last calls of a holder that came in another order',
    'answers as many calls of a holder at once as a worker makes',
  ],
  leases: leasesWith((inner) => {
    let kept: number[] = [];
    let own = 0;
    const numbers = new Map<number, number>();
    return {
      exchange: (params) => {
        if (!kept.includes(params.sequence)) {
          own += 1;
          numbers.set(params.sequence, own);
          kept = [...kept, params.sequence].slice(1 - KEPT_ANSWERS);
        }
        return inner.exchange({ ...params, sequence: numbers.get(params.sequence) ?? 0 });
      },
    };
  }),
};
