import type { JobRecord } from '@philjs/jobs-core/backend';
import { readAs, sharedByQueue, tampered, type Variant } from '../variant.ts';

const payloads = sharedByQueue(() => new Map<string, JobRecord['payload']>());

export const sharesWhatItHandsOut: Variant = {
  name: 'hands the same payload to everybody',
  caughtBy: ['hands out copies that no other reader sees changed'],
  create: tampered((inner, context) =>
    readAs(inner, (job) => {
      const kept = payloads(context);
      if (!kept.has(job.id)) kept.set(job.id, job.payload);
      return { ...job, payload: kept.get(job.id) };
    }),
  ),
};
