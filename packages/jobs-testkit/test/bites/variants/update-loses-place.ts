import { tampered, type Variant } from '../variant.ts';

export const updateLosesPlace: Variant = {
  name: 'puts a job behind the others whatever is changed of it',
  caughtBy: ['changes payload, attempts and metadata where the job stands'],
  create: tampered((inner) => ({
    updates: {
      update: async ({ ids, changes }) => {
        const changed = (await inner.updates?.update({ ids, changes })) ?? 0;
        for (const id of ids) {
          const job = await inner.get({ id });
          if (job?.status !== 'waiting') continue;
          const behind = { priority: job.priority };
          await inner.updates?.update({ ids: [id], changes: behind });
        }
        return changed;
      },
    },
  })),
};
