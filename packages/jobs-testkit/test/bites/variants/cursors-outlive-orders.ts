import { isJobsError } from '@philjs/jobs-core';
import { tampered, type Variant } from '../variant.ts';

export const cursorsOutliveOrders: Variant = {
  name: 'ends a list whose cursor is from before a change of the order',
  caughtBy: ['refuses a cursor within waiting jobs once their order is changed, the oldest first'],
  create: tampered((inner) => ({
    list: async (params) => {
      try {
        return await inner.list(params);
      } catch (error) {
        if (isJobsError(error, 'JOBS_CONFLICT')) return { jobs: [] };
        throw error;
      }
    },
  })),
};
