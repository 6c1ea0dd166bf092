import type { QueueOrder } from '@philjs/jobs-core';
import type { QueueChange } from '../state/queue-change.ts';
import { enterOrder } from './enter-order.ts';
import { dropAllShares } from './fair-shares.ts';

/** How many jobs one transaction moves, so that other processes can write in between. */
const MOVED_AT_ONCE = 1_000;

/** Stores an order, in which no waiting job stands yet: {@link moveJobs} moves them. */
export function storeOrder(change: QueueChange, { policy, agePerPriority }: QueueOrder): void {
  const { file, queue } = change;
  file.run(
    `UPDATE philjs_jobs_queues SET policy = ?, age_per_priority = ?, order_revision = order_revision + 1, moved_rank = ?, moved_turn = 0
      WHERE queue = ?`,
    policy,
    agePerPriority ?? null,
    Number.MIN_SAFE_INTEGER,
    queue,
  );
  dropAllShares(change);
  file.run('DELETE FROM philjs_jobs_lines WHERE queue = ?', queue);
  change.orderChanged();
}

/** Moves some waiting jobs to the order that was stored, in queue order; returns whether more are left. */
export function moveJobs(change: QueueChange): boolean {
  if (!change.isMoving) return false;
  const { file, queue } = change;
  const cursor = file.get(
    'SELECT moved_rank, moved_turn FROM philjs_jobs_queues WHERE queue = ?',
    queue,
  );
  const { moved_rank: rank = null, moved_turn: turn = null } = cursor ?? {};
  // Jobs in the lines of limits stand apart in the index.
  const part = (limited: 0 | 1): string =>
    `SELECT * FROM (SELECT key, rank, turn FROM philjs_jobs_jobs WHERE queue = ?1 AND status = 'waiting' AND limited = ${limited}
      AND (rank, turn) > (?2, ?3) ORDER BY rank, turn LIMIT ${MOVED_AT_ONCE})`;
  const sql = `${part(0)} UNION ALL ${part(1)} ORDER BY rank, turn LIMIT ${MOVED_AT_ONCE}`;
  const rows = file.all(sql, queue, rank, turn);
  for (const { key = null } of rows) {
    const leave = `UPDATE philjs_jobs_jobs SET limited = 0, class = NULL, number = NULL WHERE key = ?`;
    file.run(leave, key);
    enterOrder(change, key);
  }
  const last = rows.length === MOVED_AT_ONCE ? rows.at(-1) : undefined;
  const save = 'UPDATE philjs_jobs_queues SET moved_rank = ?, moved_turn = ? WHERE queue = ?';
  file.run(save, last?.['rank'] ?? null, last?.['turn'] ?? null, queue);
  change.makesReady();
  return last !== undefined;
}
