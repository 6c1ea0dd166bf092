import { tampered, type Variant } from '../variant.ts';

export const debouncedForEver: Variant = {
  name: 'puts a job off for ever',
  caughtBy: ['extend: puts a job off no longer than its greatest wait'],
  create: tampered((inner) => ({
    add: ({ jobs }) =>
      inner.add({
        jobs: jobs.map((job) => {
          if (job.deduplication === undefined) return job;
          const { maxWaitMs, ...deduplication } = job.deduplication;
          return { ...job, deduplication };
        }),
      }),
  })),
};
