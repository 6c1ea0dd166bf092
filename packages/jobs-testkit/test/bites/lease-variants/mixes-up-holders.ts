import type { ExchangeAnswer } from '@philjs/jobs-core/backend';
import { type LeaseVariant, leasesWith } from '../lease-variant.ts';

const answers = new WeakMap<object, Map<number, ExchangeAnswer>>();

export const mixesUpHolders: LeaseVariant = {
  name: 'remembers answers by their number alone',
  caughtBy: ['tells the numbers of one holder from those of another'],
  leases: leasesWith((inner, backend) => ({
    exchange: async (params) => {
      // The same for all backends of a queue: they share the object that says what they can.
      const known = answers.get(backend.capabilities) ?? new Map<number, ExchangeAnswer>();
      answers.set(backend.capabilities, known);
      const answer = known.get(params.sequence) ?? (await inner.exchange(params));
      known.set(params.sequence, answer);
      return answer;
    },
  })),
};
