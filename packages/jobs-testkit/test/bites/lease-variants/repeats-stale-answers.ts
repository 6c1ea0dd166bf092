import type { ExchangeAnswer } from '@philjs/jobs-core/backend';
import { type LeaseVariant, leasesWith } from '../lease-variant.ts';

export const repeatsStaleAnswers: LeaseVariant = {
  name: 'answers a repeated call with jobs that are others’ by now',
  caughtBy: ['leaves out the jobs that were taken back since'],
  leases: leasesWith((inner) => {
    const answers = new Map<string, ExchangeAnswer>();
    return {
      exchange: async (params) => {
        const key = `${params.holder} ${params.sequence}`;
        const answer = answers.get(key) ?? (await inner.exchange(params));
        answers.set(key, answer);
        return answer;
      },
    };
  }),
};
