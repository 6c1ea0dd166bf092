import type { SqlValue } from '../database/sqlite-file.ts';
import type { QueueChange } from '../state/queue-change.ts';

/** Makes an active job `blocked` again; `stalls` adds to how often it lost its worker. */
export function blockActive(change: QueueChange, key: SqlValue, stalls = 0): void {
  change.file.run(
    `UPDATE philjs_jobs_jobs SET status = 'blocked', limited = 0, rank = 0, turn = ?, doomed = 0, stalled_count = stalled_count + ?,
      lease_until = NULL WHERE key = ?`,
    change.nextTurn(),
    stalls,
    key,
  );
  change.moved('active', 'blocked');
  // It may have nothing to wait for.
  change.makesReady();
}
