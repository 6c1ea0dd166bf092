import { consumeWith, tampered, type Variant } from '../variant.ts';

export const ageForgotten: Variant = {
  name: 'lets a job arrive again when it is tried again',
  caughtBy: ['keeps the place of a job in an ageing order through retries and snoozes'],
  create: tampered((inner) =>
    consumeWith(inner, ({ execute }) => ({
      execute: async (claimed) => {
        const outcome = await execute(claimed);
        const isBack = outcome.type === 'retry' || outcome.type === 'snooze';
        if (!isBack) return outcome;
        setImmediate(() => void inner.promote({ ids: [claimed.job.id] }));
        return { ...outcome, runAt: claimed.job.runAt + 1_000_000_000 };
      },
    })),
  ),
};
