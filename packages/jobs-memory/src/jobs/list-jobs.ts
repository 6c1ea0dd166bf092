import { JOB_STATUSES, type JobStatus } from '@philjs/jobs-core';
import {
  invalidCursorError,
  type JobPage,
  type JobRecord,
  type ListParams,
  orderChangedError,
} from '@philjs/jobs-core/backend';
import type { Ranked } from '../ordered-list/ranked.ts';
import { readJob } from '../state/job-copy.ts';
import { type JobTable, keyOf } from '../state/job-table.ts';
import type { StoredJob } from '../state/stored-job.ts';

/** The largest number of jobs one call reads when it filters by name or tag. */
const BUDGET = 10_000;

interface Position {
  readonly status: JobStatus;
  readonly key: Ranked;
  /** The revision of the order in which it is; of waiting jobs alone. */
  readonly revision?: number;
}

/**
 * Reads a page of jobs. A cursor names the position of the last job read, so jobs that come and go between two pages
 * do not shift it or make it invalid.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` for a cursor of another kind of list, `JOBS_CONFLICT` for one of another order
 */
export function listJobs(table: JobTable, params: ListParams, now: number): JobPage {
  const names = params.names === undefined ? undefined : new Set(params.names);
  const jobs: JobRecord[] = [];
  let looked = 0;
  let last: StoredJob | undefined;
  const { revision } = table.waiting;
  for (const { status, key } of remaining(params, revision)) {
    for (const job of table.iterate(status, params.order, key)) {
      if (last !== undefined && (jobs.length >= params.limit || looked >= BUDGET)) {
        return { jobs, cursor: cursorOf(last, revision) };
      }
      looked += 1;
      last = job;
      if (isWanted(job, names, params.tags)) jobs.push(readJob(job, now));
    }
  }
  return { jobs };
}

function isWanted(
  { name, rare }: StoredJob,
  names: ReadonlySet<string> | undefined,
  tags: readonly string[] = [],
): boolean {
  if (names !== undefined && !names.has(name)) return false;
  return tags.every((tag) => rare?.tags?.includes(tag) ?? false);
}

/** Lists the states still to be read, the first of them from the cursor's position. */
function remaining(
  { statuses, cursor }: ListParams,
  revision: number,
): { status: JobStatus; key?: Ranked }[] {
  const all = [...new Set(statuses)].map((status) => ({ status }));
  if (cursor === undefined) return all;
  const position = parseCursor(cursor);
  const index = all.findIndex(({ status }) => status === position?.status);
  if (position === undefined || index === -1) {
    throw invalidCursorError(cursor);
  }
  if (position.status === 'waiting' && position.revision !== revision) throw orderChangedError();
  return [position, ...all.slice(index + 1)];
}

function cursorOf(job: StoredJob, revision: number): string {
  const { rank, number, seq } = keyOf(job);
  const place = `${job.status}:${rank}${number === undefined ? '' : `/${number}`}:${seq}`;
  return job.status === 'waiting' ? `${place}:${revision}` : place;
}

function parseCursor(cursor: string): Position | undefined {
  const [name, place = '', seq, revision, ...rest] = cursor.split(':');
  const status = JOB_STATUSES.find((known) => known === name);
  const [rank, number, ...more] = place.split('/');
  const key = {
    rank: numberFrom(rank),
    seq: numberFrom(seq),
    ...(number !== undefined && { number: numberFrom(number) }),
  };
  if (status === undefined || rest.length + more.length > 0) return undefined;
  if ((status === 'waiting') !== (revision !== undefined)) return undefined;
  const position = {
    status,
    key,
    ...(revision !== undefined && { revision: numberFrom(revision) }),
  };
  return Object.values(key).every(Number.isFinite) ? position : undefined;
}

function numberFrom(text = ''): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}
