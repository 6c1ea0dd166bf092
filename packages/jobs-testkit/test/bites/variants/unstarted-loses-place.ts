import { consumeWith, tampered, type Variant } from '../variant.ts';

export const unstartedLosesPlace: Variant = {
  name: 'takes a job that is given back unstarted for one that started',
  caughtBy: [
    'takes back the start and the slot of a job that was given back unstarted',
    'charges no turn for a job that goes without a start',
    'gives a job that was given back unstarted its place and its keys, and counts no attempt',
  ],
  create: tampered((inner) =>
    consumeWith(inner, ({ execute }) => ({
      execute: async (claimed) => {
        const outcome = await execute(claimed);
        if (outcome.type !== 'unstarted') return outcome;
        return { type: 'snooze', reason: 'released', runAt: claimed.job.runAt };
      },
    })),
  ),
};
