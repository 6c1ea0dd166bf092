import type { AddResult, NewJob } from '@philjs/jobs-core';
import { idTakenError } from '@philjs/jobs-core/backend';
import type { Queryable, Row } from '../connection/connection.ts';
import { columnsOf, toRecord } from '../store/job-row.ts';
import type { PostgresStore } from '../store/postgres-store.ts';
import { fromText } from '../store/text.ts';
import { areKeyed, toNewJobs } from './to-new-job.ts';

const COLUMNS = `place, outcome, ${columnsOf('job')}`;

/** Stores jobs in one round trip, within the user's transaction if there is one. */
export async function addJobs(
  store: PostgresStore,
  jobs: readonly NewJob[],
  transaction?: Queryable,
): Promise<AddResult[]> {
  const values = [toNewJobs(jobs), areKeyed(jobs), transaction !== undefined, true];
  const rows =
    transaction === undefined
      ? await store.call('add_jobs', values, COLUMNS)
      : await store.callWithin(transaction, 'add_jobs', values, COLUMNS);
  const others = new Map(rows.map((row) => [Number(row['place']), row]));
  refuseTaken(jobs, rows);
  return jobs.map(({ id }, index) => {
    const row = others.get(index + 1);
    return row === undefined ? { id, outcome: 'added' } : toResult(row, id);
  });
}

function refuseTaken(jobs: readonly NewJob[], rows: readonly Row[]): void {
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
