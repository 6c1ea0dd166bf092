import { tampered, type Variant } from '../variant.ts';

const encode = (id: string): string => id.replaceAll(':', '_');

export const idsEncodedBadly: Variant = {
  name: 'writes a colon in an id as something else',
  caughtBy: ['takes an id of colons', 'tells ids apart that look alike'],
  create: tampered((inner) => ({
    add: ({ jobs }) => inner.add({ jobs: jobs.map((job) => ({ ...job, id: encode(job.id) })) }),
    get: ({ id }) => inner.get({ id: encode(id) }),
  })),
};
