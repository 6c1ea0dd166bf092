import type { NewJob } from '@philjs/jobs-core/backend';
import {
  dependencyCircleError,
  dependencyNotFoundError,
  type JobRef,
} from '@philjs/jobs-core/backend';
import { fromText, toText } from '@philjs/jobs-core/internal';
import type { SqlValue } from '../database/sqlite-file.ts';
import { holderOf } from '../jobs/hold-keys.ts';
import type { QueueChange } from '../state/queue-change.ts';

const KEY_OF = `SELECT key FROM philjs_jobs_jobs
  WHERE queue = (SELECT queue FROM philjs_jobs_queues WHERE name = ?) AND id = ?`;

/**
 * Ensures that the jobs that new ones wait for are stored, or come before them.
 *
 * @throws JobsError `JOBS_NOT_FOUND`
 */
export function refuseMissing(
  change: QueueChange,
  jobs: readonly NewJob[],
  queueName: string,
): void {
  const coming = new Set<string>();
  for (const { id, dependsOn = [] } of jobs) {
    // A known job stays as it is, whatever has become of those it waited for.
    const isNew = dependsOn.length > 0 && keyOf(change, { queueName, id }) === undefined;
    for (const dependency of isNew ? dependsOn : []) {
      const isComing = dependency.queueName === queueName && coming.has(dependency.id);
      if (isComing || keyOf(change, dependency) !== undefined) continue;
      throw dependencyNotFoundError({ jobId: id, dependency });
    }
    coming.add(id);
  }
}

/**
 * Ensures that no child waits for its parent, itself or through others.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function refuseCircles(
  change: QueueChange,
  parent: SqlValue,
  jobs: readonly NewJob[],
  queueName: string,
): void {
  const sql = `WITH RECURSIVE before (key) AS (
      VALUES (?1) UNION SELECT dependency FROM philjs_jobs_edges JOIN before ON dependant = before.key
        WHERE dependency IS NOT NULL)
    SELECT (SELECT id FROM philjs_jobs_jobs WHERE key = ?2) AS parent FROM before WHERE key = ?2`;
  for (const job of jobs) {
    const { dependsOn = [] } = job;
    for (const ref of [becomes(change, job, queueName), ...dependsOn]) {
      const key = keyOf(change, ref);
      const row = key === undefined ? undefined : change.file.get(sql, key, parent);
      if (row === undefined) continue;
      throw dependencyCircleError({ jobId: fromText(String(row['parent'])), childId: job.id });
    }
  }
}

/** Names the job that a new one turns out to be: the holder of its key, if there is one. */
function becomes(change: QueueChange, { id, deduplication }: NewJob, queueName: string): JobRef {
  const own = { queueName, id };
  if (deduplication === undefined || keyOf(change, own) !== undefined) return own;
  const holder = holderOf(change, deduplication.key);
  return holder === undefined ? own : { queueName, id: fromText(holder) };
}

function keyOf({ file }: QueueChange, { queueName, id }: JobRef): SqlValue | undefined {
  return file.get(KEY_OF, toText(queueName), toText(id))?.['key'];
}
