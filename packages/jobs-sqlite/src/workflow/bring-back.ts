import type { Row, SqlValue } from '../database/sqlite-file.ts';
import { ENDING_COLUMNS, type EndingJob } from '../jobs/finish-job.ts';
import { takeKeyAgain } from '../jobs/hold-keys.ts';
import type { QueueChange } from '../state/queue-change.ts';
import { countEdges, holdDependencies } from './end-dependency.ts';
import { PUT_BACK } from './to-release.ts';

/** The columns that make a finished job as it was before its first attempt. */
export const RESET: string = `attempts_made = 0, stalled_count = 0, error = NULL, failures = NULL, expires_at = NULL,
  finished_at = NULL, cancel_requested = NULL, doomed = 0, held = 0,
  snooze_reason = '${PUT_BACK}'`;

/** Looks again at what a job waits for and that had failed: it may have been retried while the job had ended. */
export function lookAgain(change: QueueChange, key: SqlValue): void {
  change.file.run(
    `UPDATE philjs_jobs_edges AS edges SET state = iif(d.status = 'completed', 'completed', 'open') FROM philjs_jobs_jobs d
      WHERE edges.dependant = ? AND edges.state = 'failed' AND d.key = edges.dependency
        AND (d.finished_at IS NULL OR d.status = 'completed')`,
    key,
  );
  countEdges(change, key);
}

/** Blocks the jobs again that failed for a job that is put back, and those that failed for them; returns them as they were. */
export function bringBackDependants(change: QueueChange, key: SqlValue): Row[] {
  const back: Row[] = [];
  const left: SqlValue[] = [key];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    holdDependencies(change, next);
    for (const row of reopen(change, next)) {
      const there = change.ofQueue(Number(row['queue']));
      if (!blockAgain(there, row)) continue;
      left.push(row['key'] ?? null);
      back.push(row);
    }
  }
  return back;
}

/** Lets jobs wait again for one that had failed; lists those that have to come back for that. */
function reopen({ file }: QueueChange, dependency: SqlValue): Row[] {
  // A job that added children may still be running: it waits for them once it is put back.
  const reopened = file.all(
    `UPDATE philjs_jobs_edges SET state = 'open' WHERE dependency = ? AND state = 'failed' AND EXISTS (
      SELECT 1 FROM philjs_jobs_jobs j WHERE j.key = dependant
        AND (j.doomed = 1 OR j.status = 'blocked' OR (j.status = 'active' AND is_child = 1)))
      RETURNING dependant, is_vital`,
    dependency,
  );
  const sql = `UPDATE philjs_jobs_jobs SET open = open + 1, doom = doom - ?1, spared = spared - 1 + ?1 WHERE key = ?2
    RETURNING ${ENDING_COLUMNS}, queue, deduplication, finished_at, doomed = 1 AND doom = 0 AS is_back`;
  return reopened.flatMap(({ dependant = null, is_vital = null }) => {
    const row = file.get(sql, is_vital, dependant);
    return row?.['is_back'] === 1 ? [row] : [];
  });
}

/** Blocks a job again that failed for another; returns whether it had ended. */
function blockAgain(change: QueueChange, row: Row): boolean {
  const job = row as unknown as EndingJob;
  // Core is failing this one now: it is blocked once core has answered.
  if (job.status === 'active') return false;
  const hasEnded = row['finished_at'] !== null;
  if (hasEnded && takeKeyAgain(change, row) !== undefined) return false;
  const reset = hasEnded ? `, run_at = ?3, arrived_at = NULL, ${RESET}` : '';
  change.file.run(
    `UPDATE philjs_jobs_jobs SET status = 'blocked', rank = 0, turn = ?2, doomed = 0${reset} WHERE key = ?1`,
    job.key,
    change.nextTurn(),
    ...(hasEnded ? [change.now] : []),
  );
  change.left(job, 'blocked');
  return hasEnded;
}
