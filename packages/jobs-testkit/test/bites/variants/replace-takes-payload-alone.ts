import type { NewJob } from '@philjs/jobs-core/backend';
import { sharedByQueue, tampered, type Variant } from '../variant.ts';

const firstOf = sharedByQueue(() => new Map<string, NewJob>());

export const replaceTakesPayloadAlone: Variant = {
  name: 'replaces nothing of a job but its payload and its time',
  caughtBy: [
    'replace: gives the job that waits all that the new one brings',
    'extend: gives the job that waits all that the new one brings',
    'replace: goes by the new priority, and keeps its turn where that is the old one',
  ],
  create: tampered((inner, context) => ({
    add: ({ jobs }) => {
      const first = firstOf(context);
      return inner.add({
        jobs: jobs.map((job) => {
          const key = job.deduplication?.key;
          if (key === undefined) return job;
          const known = first.get(key) ?? job;
          first.set(key, known);
          const { id, payload, version, createdAt, runAt } = job;
          return { ...known, id, payload, version, createdAt, runAt };
        }),
      });
    },
  })),
};
