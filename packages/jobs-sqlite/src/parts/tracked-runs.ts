import { fromText, toText } from '@philjs/jobs-core/internal';
import type { SqliteFile } from '../database/sqlite-file.ts';

/** Remembers the jobs of a schedule as long as they may run: a failed job may be put back. */
export function trackRuns(
  file: SqliteFile,
  queue: number,
  scheduleId: string,
  jobIds: readonly string[],
): void {
  const sql =
    'INSERT INTO philjs_jobs_runs (queue, schedule, job) VALUES (?, ?, ?) ON CONFLICT DO NOTHING';
  for (const id of jobIds) file.run(sql, queue, toText(scheduleId), toText(id));
}

/** Lists the jobs of a schedule that have not ended, and forgets those that can never run again. */
export function liveRuns(file: SqliteFile, queue: number, scheduleId: string): string[] {
  const schedule = toText(scheduleId);
  file.run(
    `DELETE FROM philjs_jobs_runs AS runs WHERE queue = ?1 AND schedule = ?2 AND NOT EXISTS (SELECT 1 FROM philjs_jobs_jobs AS jobs
      WHERE jobs.queue = ?1 AND jobs.id = runs.job AND jobs.status <> 'completed')`,
    queue,
    schedule,
  );
  const sql = `SELECT job FROM philjs_jobs_runs AS runs JOIN philjs_jobs_jobs AS jobs ON jobs.queue = runs.queue AND jobs.id = runs.job
    WHERE runs.queue = ? AND schedule = ? AND status NOT IN ('completed', 'failed', 'cancelled')
    ORDER BY run`;
  return file.all(sql, queue, schedule).map(({ job }) => fromText(String(job)));
}

/** Forgets the jobs of a schedule. */
export function forgetRuns(file: SqliteFile, queue: number, scheduleId: string): void {
  file.run(
    'DELETE FROM philjs_jobs_runs WHERE queue = ? AND schedule = ?',
    queue,
    toText(scheduleId),
  );
}
