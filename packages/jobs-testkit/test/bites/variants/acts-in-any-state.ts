import { tampered, type Variant } from '../variant.ts';

export const actsInAnyState: Variant = {
  name: 'removes, retries and cancels jobs whatever state they have reached meanwhile',
  caughtBy: [
    'removes only jobs that are still in a state asked for',
    'retry: puts back only jobs that are still in a state asked for',
    'cancels a job only while it is in a state asked for',
  ],
  create: tampered((inner) => ({
    remove: ({ ids }) => inner.remove({ ids }),
    retry: ({ ids }) => inner.retry({ ids }),
    cancel: ({ statuses: _, ...params }) => inner.cancel(params),
  })),
};
