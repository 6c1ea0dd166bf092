import type { SqlValue } from '../database/sqlite-file.ts';
import type { QueueChange } from '../state/queue-change.ts';
import type { SqliteQueueStore } from '../state/queue-store.ts';

/** Of tags that more jobs have, the index is not used: a list then meets enough of them on its way. */
const MOST_OF_TAG = 10_000;

/** Adds a job with tags to the index of tags. */
export function indexTags(change: QueueChange, id: string): void {
  change.file.run(
    `INSERT OR IGNORE INTO philjs_jobs_tags SELECT ?1, tag.value, jobs.key FROM philjs_jobs_jobs AS jobs, json_each(jobs.tags) AS tag
      WHERE jobs.queue = ?1 AND jobs.id = ?2`,
    change.queue,
    id,
  );
}

/** Takes a job whose tags are about to change out of the index of tags. */
export function unindexTags(change: QueueChange, key: SqlValue): void {
  change.file.run(
    `DELETE FROM philjs_jobs_tags WHERE queue = ?1 AND job = ?2
      AND tag IN (SELECT tag.value FROM philjs_jobs_jobs AS jobs, json_each(jobs.tags) AS tag WHERE jobs.key = ?2)`,
    change.queue,
    key,
  );
}

/** Returns the tag that the fewest jobs have; `undefined` when each is on more than the index is good for. */
export function rarestTag(
  { file, queue }: SqliteQueueStore,
  tags: readonly string[],
): string | undefined {
  let rarest: string | undefined;
  let fewest = MOST_OF_TAG + 1;
  for (const tag of tags) {
    const sql =
      'SELECT count(*) AS jobs FROM (SELECT 1 FROM philjs_jobs_tags WHERE queue = ? AND tag = ? LIMIT ? + 0)';
    const jobs = Number(file.get(sql, queue, tag, fewest)?.['jobs']);
    if (jobs >= fewest) continue;
    rarest = tag;
    fewest = jobs;
  }
  return rarest;
}
