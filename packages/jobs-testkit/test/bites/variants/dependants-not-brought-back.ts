import { tampered, type Variant } from '../variant.ts';

export const dependantsNotBroughtBack: Variant = {
  name: 'cancels what a retry brings back',
  caughtBy: [
    'depends: a retry brings back the jobs that failed for it, down the chain',
    'leaves each job in the state that the model does, and none blocked, over three queues',
  ],
  create: tampered((inner) => ({
    retry: async (params) => {
      const before = await inner.list({ statuses: ['blocked'], order: 'oldest', limit: 1000 });
      const known = new Set(before.jobs.map(({ id }) => id));
      const retried = await inner.retry(params);
      const after = await inner.list({ statuses: ['blocked'], order: 'oldest', limit: 1000 });
      for (const { id } of after.jobs) {
        const error = { name: 'Error', message: 'left behind' };
        if (!known.has(id) && !params.ids.includes(id)) await inner.cancel({ id, error });
      }
      return retried;
    },
  })),
};
