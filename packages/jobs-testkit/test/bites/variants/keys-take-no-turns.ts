import { tampered, type Variant } from '../variant.ts';

export const keysTakeNoTurns: Variant = {
  name: 'takes all jobs of a fair order for those of one key',
  caughtBy: [
    'lets keys take turns in a fair order, however many jobs one of them has',
    'starts a job of a new key after at most one of each other key',
    'lets no key pass the head of another twice in a fair order, whatever happens',
  ],
  create: tampered((inner) => ({
    add: ({ jobs }) =>
      inner.add({
        jobs: jobs.map(({ order, ...job }) => ({ ...job, order: { ...order, fairKey: 'all' } })),
      }),
  })),
};
