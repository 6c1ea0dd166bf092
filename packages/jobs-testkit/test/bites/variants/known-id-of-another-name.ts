import { isJobsError } from '@philjs/jobs-core';
import { tampered, type Variant } from '../variant.ts';

export const knownIdOfAnotherName: Variant = {
  name: 'takes the id of a job of another name for a duplicate',
  caughtBy: [
    'refuses the id of a job of another name, and stores none of the call',
    'refuses the id of a finished job of another name',
  ],
  create: tampered((inner) => ({
    add: async ({ jobs }) => {
      const results = [];
      for (const job of jobs) {
        try {
          results.push(...(await inner.add({ jobs: [job] })));
        } catch (error) {
          if (!isJobsError(error, 'JOBS_CONFLICT')) throw error;
          results.push({ id: job.id, outcome: 'duplicate' } as const);
        }
      }
      return results;
    },
  })),
};
