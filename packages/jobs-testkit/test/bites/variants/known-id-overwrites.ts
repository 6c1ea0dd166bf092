import { tampered, type Variant } from '../variant.ts';

export const knownIdOverwrites: Variant = {
  name: 'lets a job of a known id take the place of the first',
  caughtBy: [
    'reports a known id and changes nothing',
    'does not run a job again whose id is added once it has completed',
  ],
  create: tampered((inner) => ({
    add: async ({ jobs }) => {
      await inner.remove({ ids: jobs.map((job) => job.id) });
      return inner.add({ jobs });
    },
  })),
};
