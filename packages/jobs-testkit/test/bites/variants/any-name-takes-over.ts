import { sharedByQueue, tampered, type Variant } from '../variant.ts';

const namesOf = sharedByQueue(() => new Map<string, string>());

export const anyNameTakesOver: Variant = {
  name: 'gives a job the payload of one of another name',
  caughtBy: [
    'replace: gives nothing to a job of another name',
    'extend: gives nothing to a job of another name',
  ],
  create: tampered((inner, context) => ({
    add: ({ jobs }) => {
      const names = namesOf(context);
      return inner.add({
        jobs: jobs.map((job) => {
          const key = job.deduplication?.key;
          if (key === undefined) return job;
          const name = names.get(key) ?? job.name;
          names.set(key, name);
          return { ...job, name };
        }),
      });
    },
  })),
};
