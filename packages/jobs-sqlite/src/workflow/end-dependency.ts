import type { Retention } from '@philjs/jobs-core/backend';
import type { Row, SqlValue } from '../database/sqlite-file.ts';
import type { FinishedStatus } from '../jobs/finish-job.ts';
import { HELD, retain } from '../jobs/retain.ts';
import type { QueueChange } from '../state/queue-change.ts';

/** Records with the jobs that wait for a job that it has ended, or is removed. */
export function endDependency(change: QueueChange, key: SqlValue, isCompleted: boolean): void {
  const { file } = change;
  const isVital =
    '(SELECT is_vital FROM philjs_jobs_edges WHERE dependency = ?1 AND dependant = key)';
  const failed = isCompleted ? '' : `, doom = doom + ${isVital}, spared = spared + 1 - ${isVital}`;
  const dependants = file.all(
    `UPDATE philjs_jobs_jobs SET open = open - 1${failed}
      WHERE key IN (SELECT dependant FROM philjs_jobs_edges WHERE dependency = ?1 AND state = 'open')
      RETURNING queue, status = 'blocked' AND (open = 0 OR doom > 0) AS is_listed`,
    key,
  );
  if (dependants.length === 0) return;
  const sql = "UPDATE philjs_jobs_edges SET state = ? WHERE dependency = ? AND state = 'open'";
  file.run(sql, isCompleted ? 'completed' : 'failed', key);
  for (const { queue, is_listed } of dependants) {
    if (is_listed === 1) change.ofQueue(Number(queue)).makesReady();
  }
}

/** Keeps the jobs that a job waits for, whatever their retention: those from a position on. */
export function holdDependencies(change: QueueChange, dependant: SqlValue, position = 0): void {
  const { file } = change;
  const ended = file
    .all(
      `UPDATE philjs_jobs_jobs SET awaited = coalesce(awaited, 0) + 1
        WHERE key IN (SELECT dependency FROM philjs_jobs_edges WHERE dependant = ? AND position >= ?)
        RETURNING key, queue, status, name, finished_at IS NOT NULL AND held = 0 AS has_ended`,
      dependant,
      position,
    )
    .filter((row) => row['has_ended'] === 1);
  for (const { key = null, queue, status, name } of ended) {
    file.run('UPDATE philjs_jobs_jobs SET held = 1 WHERE key = ?', key);
    const there = change.ofQueue(Number(queue));
    there.keeps(status as FinishedStatus, String(name), -1);
    there.keeps(status as FinishedStatus, HELD, 1);
  }
}

/** Applies the retention to the jobs that a job waited for and that no other waits for, since it has ended. */
export function letDependenciesGo(change: QueueChange, dependant: SqlValue): void {
  const { file } = change;
  file.run(
    'UPDATE philjs_jobs_jobs SET awaited = awaited - 1 WHERE key IN (SELECT dependency FROM philjs_jobs_edges WHERE dependant = ?)',
    dependant,
  );
  // By its index: the planner would take that of all jobs that have ended.
  const kept = 'philjs_jobs_jobs INDEXED BY philjs_jobs_jobs_to_let_go';
  const groups = file.all(
    `SELECT queue, status, name, keep_completed, keep_failed, keep_cancelled, count(*) AS jobs FROM ${kept}
      WHERE held = 1 AND awaited = 0 AND held_key IS NULL
      GROUP BY queue, status, name, keep_completed, keep_failed, keep_cancelled`,
  );
  if (groups.length === 0) return;
  for (const { queue = null, status, name = null, jobs, ...group } of groups) {
    const there = change.ofQueue(Number(queue));
    const ended = status as FinishedStatus;
    const text = group[`keep_${ended}`] ?? null;
    const keep = JSON.parse(String(text)) as Retention;
    const which = `held = 1 AND awaited = 0 AND held_key IS NULL AND queue = ? AND status = ? AND name = ? AND keep_${ended} = ?`;
    const values = [queue, ended, name, text];
    there.keeps(ended, HELD, -Number(jobs));
    if (keep.count === 0) {
      file.run(`DELETE FROM ${kept} WHERE ${which}`, ...values);
      there.moved(ended, undefined, Number(jobs));
      continue;
    }
    file.run(`UPDATE ${kept} SET held = 0 WHERE ${which}`, ...values);
    there.keeps(ended, String(name), Number(jobs));
    retain(there, ended, name, keep);
  }
}

/** Counts what a job waits for. */
export function countEdges({ file }: QueueChange, key: SqlValue): Row | undefined {
  return file.get(
    `UPDATE philjs_jobs_jobs SET (waits_for, open, doom, spared) = (
        SELECT count(*), coalesce(sum(state = 'open'), 0), coalesce(sum(state = 'failed' AND is_vital = 1), 0),
            coalesce(sum(state = 'failed' AND is_vital = 0), 0)
          FROM philjs_jobs_edges WHERE dependant = ?1) WHERE key = ?1 RETURNING open = 0 OR doom > 0 AS is_listed`,
    key,
  );
}
