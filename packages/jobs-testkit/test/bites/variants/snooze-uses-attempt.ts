import { consumeWith, tampered, type Variant } from '../variant.ts';

const error = { name: 'Error', message: 'snoozed' } as const;

export const snoozeUsesAttempt: Variant = {
  name: 'uses an attempt for a snooze',
  caughtBy: ['snooze: puts the job back with the reason and uses no attempt'],
  create: tampered((inner) =>
    consumeWith(inner, ({ execute }) => ({
      execute: async (claimed) => {
        const outcome = await execute(claimed);
        if (outcome.type !== 'snooze') return outcome;
        return { type: 'retry', error, failures: [], runAt: outcome.runAt };
      },
    })),
  ),
};
