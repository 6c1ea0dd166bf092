import { consumeWith, tampered, type Variant } from '../variant.ts';

const error = { name: 'JobsError', code: 'JOBS_CANCELLED', message: 'cancelled' };

export const doneButCancelled: Variant = {
  name: 'cancels a job that completed although it was to be cancelled',
  caughtBy: ['keeps what a run has done although it was to be cancelled'],
  create: tampered((inner) =>
    consumeWith(inner, ({ execute }) => ({
      execute: async (claimed) => {
        const outcome = await execute(claimed);
        const job = await inner.get({ id: claimed.job.id });
        const isWished = outcome.type === 'complete' && job?.cancelRequested !== undefined;
        return isWished ? { type: 'cancel', error, failures: [], attemptUsed: true } : outcome;
      },
    })),
  ),
};
