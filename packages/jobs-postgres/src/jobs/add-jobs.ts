import type { AddResult, NewJob } from '@philjs/jobs-core/backend';
import { idTakenError } from '@philjs/jobs-core/backend';
import { fromText } from '@philjs/jobs-core/internal';
import type { Queryable, Row } from '../connection/connection.ts';
import { columnsOf, toRecord } from '../store/job-row.ts';
import type { PostgresStore } from '../store/postgres-store.ts';
import { toAlikeJobs } from './alike-jobs.ts';
import { areKeyed, toNewJobs } from './to-new-job.ts';

/** The columns that functions which store jobs answer. */
export const ADDED_COLUMNS: string = `place, outcome, ${columnsOf('job')}`;

/** Stores jobs in one round trip, within the user's transaction if there is one. */
export async function addJobs(
  store: PostgresStore,
  jobs: readonly NewJob[],
  transaction?: Queryable,
): Promise<AddResult[]> {
  const isJoined = transaction !== undefined;
  const alike = toAlikeJobs(jobs);
  const [name, values, casts] =
    alike === undefined
      ? ['add_jobs', [toNewJobs(jobs), areKeyed(jobs), isJoined, true], undefined]
      : ['add_alike', [...alike, isJoined], ['text', 'text', 'text::json', 'boolean']];
  const rows =
    transaction === undefined
      ? await store.call(name, values, ADDED_COLUMNS)
      : await store.callWithin(transaction, name, values, ADDED_COLUMNS, casts);
  refuseTaken(jobs, rows);
  return toResults(jobs, rows);
}

/** Makes the results of a call from the rows of those that were not added. */
export function toResults(jobs: readonly NewJob[], rows: readonly Row[]): AddResult[] {
  const others = new Map(rows.map((row) => [Number(row['place']), row]));
  return jobs.map(({ id }, index) => {
    const row = others.get(index + 1);
    return row === undefined ? { id, outcome: 'added' } : toResult(row, id);
  });
}

/**
 * Ensures that no job has the id of a job of another name.
 *
 * @throws JobsError `JOBS_CONFLICT`
 */
export function refuseTaken(jobs: readonly NewJob[], rows: readonly Row[]): void {
  const row = rows.find(({ outcome }) => outcome === 'taken');
  const job = row && jobs[Number(row['place']) - 1];
  if (row === undefined || job === undefined) return;
  throw idTakenError({ jobId: job.id, name: job.name, takenBy: fromText(String(row['name'])) });
}

function toResult(row: Row, id: string): AddResult {
  const outcome = row['outcome'] as AddResult['outcome'];
  const stored = row['id'];
  if (typeof stored !== 'string') return { id, outcome };
  // The holder of a key may be gone; then only its id is known.
  if (typeof row['status'] !== 'string') return { id: fromText(stored), outcome };
  return { id: fromText(stored), outcome, existing: toRecord(row) };
}
