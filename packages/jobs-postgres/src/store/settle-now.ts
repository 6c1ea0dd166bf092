import type { PostgresStore } from './postgres-store.ts';

/** Carries the ends of jobs to those that wait for them. Each call waits once for jobs that others hold. */
export async function settleNow(store: PostgresStore): Promise<void> {
  while ((await store.value('settle_now', [])) === false);
}
