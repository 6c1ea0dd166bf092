import { tampered, type Variant } from '../variant.ts';

export const batchLosesLast: Variant = {
  name: 'loses the last job of a large batch',
  caughtBy: ['stores 1,000 jobs in one call and answers in their order'],
  create: tampered((inner) => ({
    add: async ({ jobs }) => {
      const stored = await inner.add({ jobs: jobs.slice(0, 999) });
      return [...stored, ...jobs.slice(999).map(({ id }) => ({ id, outcome: 'added' as const }))];
    },
  })),
};
