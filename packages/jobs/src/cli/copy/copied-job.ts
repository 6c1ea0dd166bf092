import type { JobRecord, NewJob, Retention } from '@philjs/jobs-core/backend';

const DAY_MS = 24 * 3_600_000;
/** The retention of jobs that set none. What a job was stored with cannot be read from its store. */
const KEEP: { readonly [field in 'keepCompleted' | 'keepFailed' | 'keepCancelled']: Retention } = {
  keepCompleted: { ageMs: DAY_MS, count: 1000, total: 10_000 },
  keepFailed: { ageMs: 7 * DAY_MS, count: 10_000, total: 100_000 },
  keepCancelled: { ageMs: DAY_MS, count: 1000, total: 10_000 },
};

/**
 * Makes a new job for another store of a stored one, with the attempts that it has left. Its deduplication key is
 * held until it has ended, whatever mode and time it was taken with.
 */
export function copiedJob(record: JobRecord): NewJob {
  const { id, name, payload, version, priority, createdAt, metadata } = record;
  const { expiresAt, timeoutMs, tags, concurrencyKey, rateKey, parentId } = record;
  const { deduplicationKey: key, order } = record;
  // One that waits for a signal runs once, and then waits for it in its new store.
  const waits = record.status !== 'waiting' && record.snoozeReason !== 'signal';
  const isDelayed = waits && record.runAt > createdAt;
  return {
    ...{ id, name, payload, version, priority, createdAt, metadata, ...KEEP },
    // A job that was delayed once and is ready now must not be delayed again.
    runAt: isDelayed ? record.runAt : createdAt,
    maxAttempts: Math.max(1, record.maxAttempts - record.attemptsMade),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(tags !== undefined && { tags }),
    ...(order !== undefined && { order }),
    ...(concurrencyKey !== undefined && { concurrencyKey }),
    ...(rateKey !== undefined && { rateKey }),
    ...(parentId !== undefined && { parentId }),
    ...(key !== undefined && { deduplication: { key, mode: 'drop' as const } }),
  };
}
