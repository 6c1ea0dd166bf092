import { consumeWith, tampered, type Variant } from '../variant.ts';

export const forgetsEarlierFailures: Variant = {
  name: 'forgets the errors of earlier attempts',
  caughtBy: ['keeps the failures of every attempt as they are listed'],
  create: tampered((inner) =>
    consumeWith(inner, ({ execute }) => ({
      execute: async (claimed) => {
        const outcome = await execute(claimed);
        if (outcome.type !== 'retry' && outcome.type !== 'fail') return outcome;
        return { ...outcome, failures: outcome.failures.slice(-1) };
      },
    })),
  ),
};
