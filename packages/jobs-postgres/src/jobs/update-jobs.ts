import { keyHeldError, type UpdateStore } from '@philjs/jobs-core/backend';
import { fromText, toJsonText, toText } from '@philjs/jobs-core/internal';
import type { PostgresStore } from '../store/postgres-store.ts';

/**
 * Changes waiting or delayed jobs, and their metadata in every state but `active`; returns how many.
 *
 * @throws JobsError `JOBS_CONFLICT` when a single id is given and another job holds its new key
 */
export async function updateJobs(
  store: PostgresStore,
  { ids, changes }: Parameters<UpdateStore['update']>[0],
): Promise<number> {
  const { payload, priority, maxAttempts, runAt, delayMs, metadata } = changes;
  const textOf = (key: string | undefined): string | undefined =>
    key === undefined ? undefined : toText(key);
  const written = {
    ...(payload !== undefined && {
      version: payload.version,
      payload: toJsonText(payload.value),
      concurrency_key: textOf(payload.concurrencyKey),
      rate_key: textOf(payload.rateKey),
      ...(payload.order !== undefined && {
        ordered: true,
        fair_key: textOf(payload.order.fairKey),
        weight: payload.order.weight,
        deadline_at: payload.order.deadlineAt,
      }),
      tags: payload.tags,
      ...(payload.deduplication !== undefined && {
        keyed: true,
        key: textOf(payload.deduplication?.key),
        mode: payload.deduplication?.mode,
        ttl_ms: payload.deduplication?.ttlMs,
      }),
    }),
    priority,
    max_attempts: maxAttempts,
    run_at: runAt,
    delay_ms: delayMs,
    metadata: metadata === undefined ? undefined : JSON.stringify(metadata),
  };
  const unique = [...new Set(ids)].map(toText);
  const values = [unique, JSON.stringify(written)];
  const [row] = await store.call('update_jobs', values, 'changed, held_by');
  const heldBy = row?.['held_by'];
  const [jobId] = ids;
  if (ids.length === 1 && jobId !== undefined && typeof heldBy === 'string') {
    throw keyHeldError({ jobId, heldBy: fromText(heldBy) });
  }
  return Number(row?.['changed'] ?? 0);
}
