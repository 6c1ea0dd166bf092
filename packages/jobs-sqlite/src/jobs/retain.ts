import type { Retention } from '@philjs/jobs-core/backend';
import type { SqlValue } from '../database/sqlite-file.ts';
import type { QueueChange } from '../state/queue-change.ts';
import type { FinishedStatus } from './finish-job.ts';

/** At most how many old jobs are removed when one job ends; the next end continues. */
const MOST_REMOVED = 500;

/** A limit may be exceeded by 2 %, and by at most as many jobs: removing several at once changes fewer pages of the file. */
const MOST_SPARE = 20;

/** Stands for the name under which finished jobs are counted that others wait for: no retention applies to them. */
export const HELD = '';

/**
 * Removes finished jobs by the limits of one that just finished: those of its name (as stored) that are too old or
 * too many, then the oldest of its state beyond the total over all names.
 */
export function retain(
  change: QueueChange,
  status: FinishedStatus,
  name: SqlValue,
  { ageMs, count, total }: Retention,
): void {
  drop(change, status, 'AND name = ? AND rank < ?', [name, change.now - ageMs], MOST_REMOVED);
  const kept = change.kept(status, String(name));
  drop(change, status, 'AND name = ?', [name], beyond(count, kept));
  if (total === undefined) return;
  const all = change.count(status) - change.kept(status, HELD);
  // No job that has ended is limited: so those of all names are read in order, by the index of places.
  drop(change, status, 'AND limited = 0', [], beyond(total, all));
}

/** Returns how many jobs to remove: none while there are only a few too many. */
function beyond(limit: number, kept: number): number {
  const over = kept - limit;
  return over > Math.min(MOST_SPARE, Math.floor(limit / 50)) ? over : 0;
}

/** Removes the oldest jobs of a state that meet a condition. */
function drop(
  change: QueueChange,
  status: FinishedStatus,
  condition: string,
  values: readonly SqlValue[],
  most: number,
): void {
  if (most <= 0) return;
  const { file, queue } = change;
  // Read first: a statement that deletes costs more than one that reads, and most of the time there is nothing to remove.
  const dropped = file.all(
    `SELECT key, name FROM philjs_jobs_jobs WHERE queue = ? AND status = '${status}' AND finished_at IS NOT NULL AND held = 0
      ${condition} ORDER BY rank, turn LIMIT ? + 0`,
    queue,
    ...values,
    Math.min(most, MOST_REMOVED),
  );
  if (dropped.length === 0) return;
  // All in one statement: one for each takes nearly twice as long.
  const keys = dropped.map(({ key }) => key);
  file.run(
    'DELETE FROM philjs_jobs_jobs WHERE key IN (SELECT value FROM json_each(?))',
    `[${keys}]`,
  );
  for (const { name } of dropped) change.keeps(status, String(name), -1);
  change.moved(status, undefined, dropped.length);
}
