import type { NewJob } from '@philjs/jobs-core/backend';
import { sharedByQueue, tampered, type Variant } from '../variant.ts';

const added = sharedByQueue(() => new Map<string, NewJob>());

export const retryLeavesKeyFree: Variant = {
  name: 'puts a job back without its key',
  caughtBy: [
    'drop: a job that is put back takes its key again',
    'puts no job back whose key another one holds, and says which',
  ],
  create: tampered((inner, context) => ({
    add: async ({ jobs }) => {
      const results = await inner.add({ jobs });
      for (const job of jobs) added(context).set(job.id, job);
      return results;
    },
    retry: async ({ ids }) => {
      const jobs = ids.flatMap((id) => added(context).get(id) ?? []);
      const removed = await inner.remove({ ids });
      await inner.add({ jobs: jobs.map(({ deduplication, ...job }) => job) });
      return removed;
    },
  })),
};
