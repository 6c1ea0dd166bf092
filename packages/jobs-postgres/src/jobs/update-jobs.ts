import type { UpdateStore } from '@philjs/jobs-core/backend';
import { toJsonText, toText } from '@philjs/jobs-core/internal';
import type { PostgresStore } from '../store/postgres-store.ts';

/** Changes waiting or delayed jobs, and their metadata in every state but `active`; returns how many. */
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
    }),
    priority,
    max_attempts: maxAttempts,
    run_at: runAt,
    delay_ms: delayMs,
    metadata: metadata === undefined ? undefined : JSON.stringify(metadata),
  };
  const unique = [...new Set(ids)].map(toText);
  return Number(await store.value('update_jobs', [unique, JSON.stringify(written)]));
}
