import { readAs, tampered, type Variant } from '../variant.ts';

export const retryLosesPayload: Variant = {
  name: 'loses the payload when a job is tried again',
  caughtBy: ['retry: puts the job back with its payload, the error and one attempt more'],
  create: tampered((inner) =>
    readAs(inner, (job) => (job.attemptsMade > 0 ? { ...job, payload: undefined } : job)),
  ),
};
