import type { JobStatus } from '@philjs/jobs-core';
import type { JobPage, JobRecord, ListParams } from '@philjs/jobs-core/backend';
import type { PlacedJob, Rows } from './engine-table.ts';
import { type Place, readRecord } from './stored-job.ts';

/** How many pages of the table are read at most for one answer, should few jobs have the names asked for. */
const MAX_PAGES = 20;

/** How many rows are read at once: any number may be there. */
const PAGE = 1000;

/** Reads all jobs of a state, the oldest first. */
export async function readAll(rows: Rows, status: JobStatus): Promise<PlacedJob[]> {
  const all: PlacedJob[] = [];
  for (;;) {
    const page = await rows.page({ status, order: 'oldest', limit: PAGE, after: all.at(-1) });
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

/** Reads a page of jobs, one state after the other. The cursor says in which state, and behind what. */
export async function listJobs(
  rows: Rows,
  { statuses, names, order, limit, cursor }: ListParams,
  now: number,
): Promise<JobPage> {
  let [index, after] = JSON.parse(cursor ?? '[0]') as [number, Place | undefined];
  const jobs: JobRecord[] = [];
  for (let pages = 0; pages < MAX_PAGES && jobs.length < limit; pages++) {
    const status = statuses[index];
    if (status === undefined) return { jobs };
    const wanted = limit - jobs.length;
    const page = await rows.page({ status, order, limit: wanted, after });
    const records = page.map(({ job }) => readRecord(job, now));
    jobs.push(...records.filter(({ name }) => names?.includes(name) ?? true));
    const last = page.at(-1);
    if (last !== undefined && page.length === wanted) after = { rank: last.rank, turn: last.turn };
    else [index, after] = [index + 1, undefined];
  }
  return index < statuses.length ? { jobs, cursor: JSON.stringify([index, after]) } : { jobs };
}
