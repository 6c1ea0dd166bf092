import { fromText } from '@philjs/jobs-core/internal';
import { enterOrder } from '../order/enter-order.ts';
import type { QueueChange } from '../state/queue-change.ts';

/** At most how many delayed jobs one transaction makes ready, so that other processes can write in between. */
const MOST_PROMOTED = 1_000;

/** Makes due delayed jobs `waiting`; returns whether some are left for the next call. */
export function promoteDue(change: QueueChange): boolean {
  const { file, queue, now } = change;
  const due = file.all(
    `SELECT key, id, name, priority FROM philjs_jobs_jobs WHERE queue = ? AND status = 'delayed' AND limited = 0 AND rank <= ?
      ORDER BY rank, turn LIMIT ${MOST_PROMOTED}`,
    queue,
    now,
  );
  for (const { key = null, id, name, priority } of due) {
    const sql = "UPDATE philjs_jobs_jobs SET status = 'waiting', rank = ?, turn = ? WHERE key = ?";
    file.run(sql, 0 - Number(priority), change.nextTurn(), key);
    enterOrder(change, key);
    if (change.listening) {
      const job = { jobId: fromText(String(id)), name: fromText(String(name)) };
      change.tell({ type: 'waiting', ...job, at: now });
    }
  }
  if (due.length > 0) change.moved('delayed', 'waiting', due.length);
  return due.length === MOST_PROMOTED;
}
