import { toUSVString } from 'node:util';
import type { NewJob } from '@philjs/jobs-core/backend';
import { tampered, type Variant } from '../variant.ts';

/** Writes a key as UTF-8 does, which has no half surrogate pairs. */
function asUtf8({ deduplication, ...job }: NewJob): NewJob {
  if (deduplication === undefined) return job;
  return { ...job, deduplication: { ...deduplication, key: toUSVString(deduplication.key) } };
}

export const halfPairsLost: Variant = {
  name: 'writes deduplication keys as UTF-8',
  caughtBy: [
    'tells strings apart that differ in half a surrogate pair',
    'ties a job to a key of half a surrogate pair at the end',
  ],
  create: tampered((inner) => ({ add: ({ jobs }) => inner.add({ jobs: jobs.map(asUtf8) }) })),
};
