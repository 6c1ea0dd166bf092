import type { SqlValue } from '../database/sqlite-file.ts';
import type { QueueChange } from '../state/queue-change.ts';

/** Names the share of a key in its class. No key is ''. */
export interface ShareName {
  readonly cls: number;
  readonly key: string;
}

/** A waiting job in the line of its share. */
export interface ShareJob {
  /** Its key in the table of jobs; absent of the row that was just inserted there. */
  readonly key?: SqlValue;
  readonly turn: number;
  readonly weight: SqlValue;
}

/** How many jobs of a share may have started before their rows go together: this changes fewer pages of the file. */
export const MOST_PASSED = 16;

const OF_SHARE = 'queue = ? AND class = ? AND key = ?';

/** Adds a job to the line of its share, or changes its weight there. */
export function addShareJob(
  { file, queue }: QueueChange,
  { cls, key }: ShareName,
  { key: job, turn, weight }: ShareJob,
): void {
  if (job === undefined) {
    const sql = 'INSERT INTO philjs_jobs_share_jobs VALUES (?, ?, ?, ?, last_insert_rowid(), ?)';
    file.run(sql, queue, cls, key, turn, weight);
    return;
  }
  const sql = `INSERT INTO philjs_jobs_share_jobs VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET job = excluded.job, weight = excluded.weight`;
  file.run(sql, queue, cls, key, turn, job, weight);
}

/** Removes a job from the line of its share. */
export function removeShareJob(
  { file, queue }: QueueChange,
  { cls, key }: ShareName,
  turn: SqlValue,
): void {
  file.run(
    `DELETE FROM philjs_jobs_share_jobs WHERE ${OF_SHARE} AND turn = ?`,
    queue,
    cls,
    key,
    turn,
  );
}

/** Removes the jobs of a share that stand before its head: they have started. */
export function removePassed(
  { file, queue }: QueueChange,
  { cls, key }: ShareName,
  head: number,
): void {
  file.run(
    `DELETE FROM philjs_jobs_share_jobs WHERE ${OF_SHARE} AND turn < ?`,
    queue,
    cls,
    key,
    head,
  );
}

/** Removes the jobs of a share that stand before its head once they are many; returns how many do now. */
export function removeMany(
  change: QueueChange,
  share: ShareName,
  head: number,
  passed: number,
): number {
  if (passed < MOST_PASSED) return passed;
  removePassed(change, share, head);
  return 0;
}

/** Removes all jobs of a share. */
export function removeShareJobs({ file, queue }: QueueChange, { cls, key }: ShareName): void {
  file.run(`DELETE FROM philjs_jobs_share_jobs WHERE ${OF_SHARE}`, queue, cls, key);
}

/** A waiting job as it was read from the line of its share. */
export interface ReadShareJob {
  readonly key: number;
  readonly turn: number;
  readonly weight: number;
}

/** Reads jobs of a share that stand behind one. */
export function readShareJobs(
  { file, queue }: QueueChange,
  { cls, key }: ShareName,
  after: number,
  most: number,
): readonly ReadShareJob[] {
  // As one text: to make an object of each row takes longer than to read it.
  const sql = `SELECT group_concat(turn || ',' || job || ',' || iif(weight IS NULL, 1, printf('%!.17g', weight))) AS jobs FROM (
    SELECT turn, job, weight FROM philjs_jobs_share_jobs WHERE ${OF_SHARE} AND turn > ? ORDER BY turn LIMIT ? + 0)`;
  const text = file.get(sql, queue, cls, key, after, most)?.['jobs'] ?? '';
  const numbers = JSON.parse(`[${text}]`) as readonly number[];
  const jobs: ReadShareJob[] = [];
  for (let at = 0; at < numbers.length; at += 3) {
    const [turn, job, weight] = [numbers[at], numbers[at + 1], numbers[at + 2]] as number[];
    jobs.push({ key: job as number, turn: turn as number, weight: weight as number });
  }
  return jobs;
}
