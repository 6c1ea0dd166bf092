import type { Unplaced } from '@philjs/jobs-core/backend';
import type { Retainer } from '../lease/retainer.ts';
import type { PostgresStore } from '../store/postgres-store.ts';

/** Gives the store and the retention of a queue. */
export interface PlacedSession {
  readonly store: PostgresStore;
  readonly retainer: Retainer;
}

/**
 * Looks at some blocked jobs, behind those of the last call, for such as count as open what has ended or is not there, and
 * counts again what those wait for; see `Diagnostics.findUnplaced`.
 */
export async function findUnplaced(
  { store, retainer }: PlacedSession,
  { cursor = '' }: { readonly cursor?: string },
): Promise<Unplaced> {
  const after = cursor === '' ? Number.MIN_SAFE_INTEGER : Number(cursor);
  const [row] = await store.call('find_unplaced', [after]);
  const found = Number(row?.['mended']);
  if (found > 0) retainer.changed('completed', 'failed', 'cancelled');
  const sql = `SELECT coalesce(sum(jobs), 0)::float8 AS total FROM @.counts WHERE queue = $1 AND status = 'blocked'`;
  const [{ total } = {}] = await store.query(sql);
  const answer = { found, looked: Number(row?.['looked']), total: Number(total) };
  const last = row?.['last'] ?? null;
  return last === null ? answer : { ...answer, cursor: String(last) };
}
