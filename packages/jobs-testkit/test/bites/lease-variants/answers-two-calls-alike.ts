import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ExchangeAnswer } from '@philjs/jobs-core/backend';
import { type LeaseVariant, leasesWith } from '../lease-variant.ts';

export const answersTwoCallsAlike: LeaseVariant = {
  name: 'gives two calls that are under way the same jobs',
  caughtBy: ['answers as many calls of a holder at once as a worker makes'],
  leases: leasesWith((inner) => {
    let underWay: Promise<ExchangeAnswer> | undefined;
    return {
      exchange: async (params) => {
        if (underWay !== undefined) return underWay;
        underWay = (async () => inner.exchange(params))();
        await nextTurn();
        const answer = await underWay;
        underWay = undefined;
        return answer;
      },
    };
  }),
};
