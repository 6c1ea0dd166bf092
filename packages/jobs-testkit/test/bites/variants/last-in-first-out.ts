import { readAs, sharedByQueue, tampered, type Variant } from '../variant.ts';

/** Room for a number of jobs of each priority. */
const STEP = 50_000;

const counter = sharedByQueue(() => ({ added: 0 }));

export const lastInFirstOut: Variant = {
  name: 'runs jobs of one priority last in, first out',
  caughtBy: [
    'runs jobs of one priority first in, first out',
    'runs jobs of each priority first in, first out, from several processes',
  ],
  create: tampered((inner, context) => {
    const count = counter(context);
    return {
      ...readAs(inner, (job) => ({ ...job, priority: Math.floor(job.priority / STEP) })),
      add: ({ jobs }) =>
        inner.add({
          jobs: jobs.map((job) => ({ ...job, priority: job.priority * STEP + count.added++ })),
        }),
    };
  }),
};
