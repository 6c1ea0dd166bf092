import { BY_EVENT } from '../limits/limited-name.ts';
import type { QueueChange } from '../state/queue-change.ts';

/** By how much the clock must have been set back to be noticed, in milliseconds. */
const STEP_MS = 1_000;

/** Returns by how much the clock was set back, or 0. Workers note the time with each heartbeat: a note is never later than now. */
export function setBackBy(
  { file, queue }: Pick<QueueChange, 'file' | 'queue'>,
  now: number,
): number {
  const row = file.get(
    'SELECT max(seen_at) AS last FROM philjs_jobs_workers WHERE queue = ?',
    queue,
  );
  const back = Number(row?.['last'] ?? now) - now;
  return back > STEP_MS ? back : 0;
}

/**
 * Lets leases, and what holds limited jobs back, last no longer by what the clock was set back, and has every line that waits
 * for a time looked at again. What was written since ends before the note that tells it, unless it lasts for longer than
 * the clock was set back.
 */
export function mendClock(change: QueueChange): void {
  const { file, queue, now } = change;
  const back = setBackBy(change, now);
  if (back === 0) return;
  file.run(
    'UPDATE philjs_jobs_workers SET seen_at = ? WHERE queue = ? AND seen_at > ?',
    now,
    queue,
    now,
  );
  const leases = `UPDATE philjs_jobs_jobs SET lease_until = lease_until - ? WHERE queue = ? AND status = 'active' AND lease_until > ?`;
  file.run(leases, back, queue, now + back);
  for (const [table, until] of [
    ['holds', 'until'],
    ['limits', 'held_until'],
  ]) {
    const sql = `UPDATE philjs_jobs_${table} SET ${until} = ${until} - ? WHERE queue = ? AND ${until} > ?`;
    file.run(sql, back, queue, now + back);
  }
  for (const [table, opens] of [
    ['lines', 'opens_at'],
    ['limits', 'opens_at'],
    ['limits', 'gate_opens_at'],
  ]) {
    const sql = `UPDATE philjs_jobs_${table} SET ${opens} = NULL WHERE queue = ? AND ${opens} > ? AND ${opens} < ?`;
    file.run(sql, queue, now, BY_EVENT);
  }
  change.makesReady();
}
