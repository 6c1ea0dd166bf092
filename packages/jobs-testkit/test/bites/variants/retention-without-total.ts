import type { Retention } from '@philjs/jobs-core/backend';
import { tampered, type Variant } from '../variant.ts';

const unbounded = ({ ageMs, count }: Retention): Retention => ({ ageMs, count });

export const retentionWithoutTotal: Variant = {
  name: 'keeps any number of finished jobs over all names',
  caughtBy: [
    'keeps no more than the total of a state over all names',
    'keeps no more than the total that a job says, whose own retention is the default of core',
  ],
  create: tampered((inner) => ({
    add: ({ jobs }) =>
      inner.add({
        jobs: jobs.map((job) => ({ ...job, keepCompleted: unbounded(job.keepCompleted) })),
      }),
  })),
};
