import type { JobLimits } from '@philjs/jobs-core';
import { consumeWith, tampered, type Variant } from '../variant.ts';

export const rateNotKept: Variant = {
  name: 'keeps no limit on the rate of starts',
  caughtBy: [
    'starts no more jobs in a window than allowed, over all processes, and hands each out once',
    'counts a start whose worker died, and frees its slot',
  ],
  create: tampered((inner) =>
    consumeWith(inner, ({ limits = new Map<string, JobLimits>() }) => ({
      limits: new Map([...limits].map(([name, { rate, ...rest }]) => [name, rest])),
    })),
  ),
};
