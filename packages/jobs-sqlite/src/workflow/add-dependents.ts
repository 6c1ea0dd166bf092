import type { AddResult, JobRef, NewJob } from '@philjs/jobs-core/backend';
import { toText } from '@philjs/jobs-core/internal';
import type { SqlValue } from '../database/sqlite-file.ts';
import { addJob, refuseTaken } from '../jobs/add-jobs.ts';
import { promoteDue } from '../jobs/promote-due.ts';
import type { QueueChange } from '../state/queue-change.ts';
import { countEdges, holdDependencies } from './end-dependency.ts';
import { refuseMissing } from './refuse-missing.ts';

const FIND = 'SELECT key FROM philjs_jobs_jobs WHERE queue = ? AND id = ?';

/** Describes what a job waits for, from now on. */
interface Wait {
  readonly key: SqlValue;
  readonly dependsOn: readonly JobRef[];
  readonly isVital: boolean;
  readonly isChild: boolean;
}

/**
 * Stores jobs of which some wait for others, in the order given.
 *
 * @throws JobsError `JOBS_CONFLICT` as `addJobs` does, `JOBS_NOT_FOUND` for a dependency that is not stored
 */
export function addDependents(
  change: QueueChange,
  jobs: readonly NewJob[],
  queueName: string,
): AddResult[] {
  refuseTaken(change, jobs);
  refuseMissing(change, jobs, queueName);
  promoteDue(change);
  /** The ids of jobs of this call that turned out to be others, which hold their keys. */
  const others = new Map<string, string>();
  return jobs.map((job) => {
    const result = addJob(change, job);
    if (result.id !== job.id) others.set(job.id, result.id);
    const { dependsOn } = job;
    if (dependsOn === undefined || result.outcome !== 'added') return result;
    const refs = dependsOn.map((ref) =>
      ref.queueName === queueName ? { ...ref, id: others.get(ref.id) ?? ref.id } : ref,
    );
    const key = change.file.get(FIND, change.queue, toText(job.id))?.['key'] ?? null;
    const isVital = job.onDependencyFailure !== 'continue';
    waitFor(change, { key, dependsOn: refs, isVital, isChild: false });
    return result;
  });
}

/** Makes a job wait for others, besides those it waits for already. */
export function waitFor(change: QueueChange, { key, dependsOn, isVital, isChild }: Wait): void {
  const { file } = change;
  const row = file.get(
    'SELECT max(position) AS last FROM philjs_jobs_edges WHERE dependant = ?',
    key,
  );
  const first = row?.['last'] === null ? 0 : Number(row?.['last']) + 1;
  const insert = `INSERT OR IGNORE INTO philjs_jobs_edges
    SELECT ?, ?, key, queue, id, name, ?, ?,
      CASE WHEN finished_at IS NULL THEN 'open' WHEN status = 'completed' THEN 'completed' ELSE 'failed' END
    FROM philjs_jobs_jobs WHERE queue = (SELECT queue FROM philjs_jobs_queues WHERE name = ?) AND id = ?`;
  const flags = [isVital ? 1 : 0, isChild ? 1 : 0];
  for (const [index, { queueName, id }] of dependsOn.entries()) {
    file.run(insert, key, first + index, ...flags, toText(queueName), toText(id));
  }
  holdDependencies(change, key, first);
  const counted = countEdges(change, key);
  if (counted?.['is_listed'] === 1) change.makesReady();
}
