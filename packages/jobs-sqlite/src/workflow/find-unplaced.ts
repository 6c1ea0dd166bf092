import type { Unplaced } from '@philjs/jobs-core/backend';
import type { Row } from '../database/sqlite-file.ts';
import type { QueueChange } from '../state/queue-change.ts';
import type { SqliteQueueStore } from '../state/queue-store.ts';
import { countEdges } from './end-dependency.ts';

/** How many blocked jobs one call looks at, and how many jobs that they wait for, besides those of the last one. */
const [MOST_JOBS, MOST_EDGES] = [1_000, 10_000];

/** The condition of an edge to a job that is there and has not ended. */
const IS_THERE = `EXISTS (SELECT 1 FROM philjs_jobs_jobs d WHERE d.key = e.dependency AND d.finished_at IS NULL)`;

/** Blocked jobs behind a turn that no one is about to release, and whether they count as open what is not there. */
const LOOK = `WITH blocked AS (
    SELECT key, turn, open, doom, waits_for, sum(waits_for) OVER (ORDER BY turn) AS edges FROM (
      SELECT key, turn, open, doom, waits_for FROM philjs_jobs_jobs
        WHERE queue = ? AND status = 'blocked' AND limited = 0 AND rank = 0 AND turn > ? ORDER BY turn LIMIT ${MOST_JOBS})
  )
  SELECT key, turn, open > 0 AND doom = 0 AND open <> (
      SELECT count(*) FROM philjs_jobs_edges e WHERE e.dependant = blocked.key AND e.state = 'open' AND ${IS_THERE}) AS is_lost
    FROM blocked WHERE edges - waits_for < ${MOST_EDGES} ORDER BY turn`;

/**
 * Looks at some blocked jobs, behind those of the last call, for such as count as open what has ended or is not there, and
 * counts again what those wait for; see `Diagnostics.findUnplaced`.
 */
export async function findUnplaced(
  store: SqliteQueueStore,
  { cursor = '' }: { readonly cursor?: string },
): Promise<Unplaced> {
  const { file, queue } = store;
  const after = cursor === '' ? Number.MIN_SAFE_INTEGER : Number(cursor);
  const rows = await file.read(() => file.all(LOOK, queue, after));
  const isLost = ({ is_lost }: Row): boolean => is_lost === 1;
  const last = rows.at(-1);
  // Those of between may have been mended by another process.
  const found = rows.some(isLost)
    ? await store.change((change) => {
        const lost = file.all(LOOK, queue, after).filter(isLost);
        for (const row of lost) mend(change, row);
        return lost.length;
      })
    : 0;
  const sql = `SELECT jobs FROM philjs_jobs_counts WHERE queue = ? AND status = 'blocked'`;
  const total = Number((await file.read(() => file.get(sql, queue)))?.['jobs'] ?? 0);
  const answer = { found, looked: rows.length, total };
  return last === undefined ? answer : { ...answer, cursor: String(last['turn']) };
}

/** Closes what a job counts as open and is not there. */
function mend(change: QueueChange, { key = null }: Row): void {
  change.file.run(
    `UPDATE philjs_jobs_edges AS e SET state = coalesce(
        (SELECT iif(d.status = 'completed', 'completed', 'failed') FROM philjs_jobs_jobs d WHERE d.key = e.dependency), 'failed')
      WHERE dependant = ? AND state = 'open' AND NOT ${IS_THERE}`,
    key,
  );
  if (countEdges(change, key)?.['is_listed'] === 1) change.makesReady();
}
