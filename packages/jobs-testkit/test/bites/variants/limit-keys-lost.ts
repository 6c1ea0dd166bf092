import { tampered, type Variant } from '../variant.ts';

export const limitKeysLost: Variant = {
  name: 'forgets the keys that limits are counted by',
  caughtBy: [
    'keeps the keys with the job',
    'starts what the model starts, whatever happens to jobs and limits in whatever order',
    'counts the rate of each key apart, and that of jobs without a key together',
    'counts the active jobs of each key apart, within those of the name',
  ],
  create: tampered((inner) => ({
    add: ({ jobs }) =>
      inner.add({ jobs: jobs.map(({ concurrencyKey, rateKey, ...rest }) => rest) }),
  })),
};
