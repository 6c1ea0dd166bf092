import type { Retention } from '@philjs/jobs-core';
import type { SqlValue } from '../database/sqlite-file.ts';
import type { QueueChange } from '../state/queue-change.ts';
import type { FinishedStatus } from './finish-job.ts';

/** At most how many old jobs are removed when one job ends; the next end continues. */
const MOST_REMOVED = 500;

/** Stands for the name under which finished jobs are counted that others wait for: no retention applies to them. */
export const HELD = '';

const OF_STATE =
  'SELECT key FROM jobs WHERE queue = ? AND status = ? AND finished_at IS NOT NULL AND held = 0';

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
  drop(change, status, 'AND name = ?', [name], change.kept(status, String(name)) - count);
  if (total === undefined) return;
  const kept = change.count(status) - change.kept(status, HELD);
  drop(change, status, '', [], kept - total);
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
  const oldest = `${OF_STATE} ${condition} ORDER BY rank, turn LIMIT ?`;
  const dropped = change.file.all(
    `DELETE FROM jobs WHERE key IN (${oldest}) RETURNING name`,
    change.queue,
    status,
    ...values,
    Math.min(most, MOST_REMOVED),
  );
  if (dropped.length > 0) change.moved(status, undefined, dropped.length);
  for (const { name } of dropped) change.keeps(status, String(name), -1);
}
