import type { JobRecord, NewJob } from '@philjs/jobs-core/backend';
import { readAs, tampered, type Variant } from '../variant.ts';

const hidden = (job: NewJob): NewJob => ({
  ...job,
  name: 'any',
  metadata: { ...job.metadata, its: job.name },
});
const shown = (job: JobRecord): JobRecord => {
  const { its, ...metadata } = job.metadata;
  return { ...job, name: String(its), metadata };
};

export const retentionOverAllNames: Variant = {
  name: 'counts finished jobs over all names',
  caughtBy: [
    'leaves alone the jobs of other names, however chatty one is',
    'goes by the age of jobs of the same name only',
  ],
  create: tampered((inner) => ({
    ...readAs(inner, shown),
    add: ({ jobs }) => inner.add({ jobs: jobs.map(hidden) }),
  })),
};
