import { consumeWith, tampered, type Variant } from '../variant.ts';

export const deadLettersLost: Variant = {
  name: 'records a failure without its dead letter',
  caughtBy: [
    'stores the letter of a failed job in its queue, made if need be',
    'stores a letter once',
  ],
  create: tampered((inner) =>
    consumeWith(inner, ({ execute }) => ({
      execute: async (claimed) => {
        const outcome = await execute(claimed);
        if (outcome.type !== 'fail') return outcome;
        const { deadLetter, ...rest } = outcome;
        return rest;
      },
    })),
  ),
};
