import { readAs, tampered, type Variant } from '../variant.ts';

export const undefinedBecomesNull: Variant = {
  name: 'stores no payload as null',
  caughtBy: ['tells no payload and no result from null'],
  create: tampered((inner) => readAs(inner, (job) => ({ ...job, payload: job.payload ?? null }))),
};
