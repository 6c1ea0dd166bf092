import type { NewJob } from '@philjs/jobs-core/backend';

const day = 86_400_000;

/** Makes a new job as core would hand it to a backend, enqueued at time 0 by default. */
export function newJob(id: string, fields: Partial<NewJob> = {}): NewJob {
  const createdAt = fields.createdAt ?? 0;
  return {
    id,
    name: 'work',
    payload: { of: id },
    version: 1,
    priority: 0,
    createdAt,
    runAt: createdAt,
    maxAttempts: 3,
    keepCompleted: { ageMs: day, count: 1_000 },
    keepFailed: { ageMs: 7 * day, count: 10_000 },
    keepCancelled: { ageMs: day, count: 1_000 },
    metadata: {},
    ...fields,
  };
}
