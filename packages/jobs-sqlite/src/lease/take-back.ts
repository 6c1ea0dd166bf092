import { maxStallsOf, type StalledJob, type Stalls } from '@philjs/jobs-core/backend';
import { fromText } from '@philjs/jobs-core/internal';
import { ENDING_COLUMNS, type EndingJob, finishJob, tellFailed } from '../jobs/finish-job.ts';
import { keepsKey, leaveLimits } from '../limits/leave-limits.ts';
import { enterOrder } from '../order/enter-order.ts';
import type { QueueChange } from '../state/queue-change.ts';
import { blockActive } from '../workflow/block-job.ts';

/** At most how many jobs one exchange takes back. */
export const MOST_TAKEN_BACK = 500;

/** Names the holder that takes jobs back, and the limit and the error of jobs that stalled too often. */
export interface TakeBackParams {
  readonly holder: string;
  readonly stalls: Stalls;
}

/** Takes back the jobs whose lease has ended on other holders. */
export function takeBack(change: QueueChange, { holder, stalls }: TakeBackParams): StalledJob[] {
  const { file, queue, now } = change;
  // The last one first: each goes ahead of all others, so they end up in the order in which they had started.
  const ended = file.all(
    `SELECT ${ENDING_COLUMNS}, stalled_count, priority, open, doom, doomed FROM philjs_jobs_jobs
      WHERE queue = ? AND status = 'active' AND lease_until <= ? AND holder <> ?
      ORDER BY rank DESC, turn DESC LIMIT ${MOST_TAKEN_BACK}`,
    queue,
    now,
    holder,
  );
  return ended.map((row) => {
    const job = row as unknown as EndingJob;
    const [id, name] = [fromText(String(row['id'])), fromText(String(row['name']))];
    const failed = Number(row['stalled_count']) + 1 > maxStallsOf(stalls)(name);
    if (change.listening) change.tell({ type: 'stalled', jobId: id, name, at: now });
    leaveLimits(change, job, { keeps: keepsKey(job, failed) });
    if (failed) {
      const { error } = stalls;
      finishJob(change, job, { status: 'failed', attempts: 0, stalls: 1, error });
      tellFailed(change, job, 'failed', error);
    } else if (row['open'] !== 0 || row['doom'] !== 0 || row['doomed'] === 1) {
      blockActive(change, job.key, 1);
    } else {
      file.run(
        `UPDATE philjs_jobs_jobs SET status = 'waiting', limited = 0, rank = 0 - priority, turn = ?, snooze_reason = NULL,
          stalled_count = stalled_count + 1, lease_until = NULL WHERE key = ?`,
        change.turnAhead(),
        job.key,
      );
      enterOrder(change, job.key);
      change.moved('active', 'waiting');
      if (change.listening) change.tell({ type: 'waiting', jobId: id, name, at: now });
    }
    return { lease: { id, fencingToken: Number(row['fencing_token']) }, name, failed };
  });
}
