import { tampered, type Variant } from '../variant.ts';

export const weightsIgnored: Variant = {
  name: 'gives every key of a fair order the same weight',
  caughtBy: [
    'starts jobs of a key in proportion to its weight',
    'starts what the model of a fair order with weights starts, whatever happens',
  ],
  create: tampered((inner) => ({
    add: ({ jobs }) =>
      inner.add({
        jobs: jobs.map((job) => ({
          ...job,
          ...(job.order && { order: { ...job.order, weight: 1 } }),
        })),
      }),
  })),
};
