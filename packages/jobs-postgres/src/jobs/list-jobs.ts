import {
  JOB_STATUSES,
  type JobPage,
  type JobRecord,
  type JobStatus,
  type ListParams,
} from '@philjs/jobs-core';
import { invalidCursorError } from '@philjs/jobs-core/backend';
import type { Row } from '../connection/connection.ts';
import { JOB_COLUMNS, toRecord } from '../store/job-row.ts';
import type { PostgresStore } from '../store/postgres-store.ts';
import { toText } from '../store/text.ts';

/** At most how many jobs one call looks at, when it is given names to select by. */
const BUDGET = 10_000;
/** How many rows are read at once when selecting by name. */
const LOOKED_AT_ONCE = 1_000;

/** The `rank` and `turn` of a job, its position in a state, as text to be exact; `undefined` before the first. */
type Place = readonly [rank: string, turn: string] | undefined;

/** Collects a page. */
interface Draft {
  readonly jobs: JobRecord[];
  readonly limit: number;
  readonly names: ReadonlySet<string> | undefined;
  readonly tags: readonly string[] | undefined;
  looked: number;
}

/**
 * Reads a page of jobs. A cursor names the place of the last job looked at, so that jobs added or removed
 * between two pages do not shift the next page.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` for a cursor that is not of such a list
 */
export async function listJobs(store: PostgresStore, params: ListParams): Promise<JobPage> {
  const statuses = [...new Set(params.statuses)];
  const names = params.names === undefined ? undefined : new Set(params.names.map(toText));
  const draft: Draft = { jobs: [], limit: params.limit, names, tags: params.tags, looked: 0 };
  const cursor = parseCursor(params.cursor, statuses);
  const first = cursor === undefined ? 0 : statuses.indexOf(cursor.status);
  for (const [index, status] of statuses.entries()) {
    if (index < first) continue;
    const start: Place = index === first ? cursor?.place : undefined;
    const end = await readState(store, draft, status, params.order, start);
    if (end !== undefined) return { jobs: draft.jobs, cursor: [status, ...end].join(':') };
  }
  return { jobs: draft.jobs };
}

/** Reads jobs of one state until the page is full; returns where it stopped, or nothing at the end of the state. */
async function readState(
  store: PostgresStore,
  draft: Draft,
  status: JobStatus,
  order: ListParams['order'],
  start: Place,
): Promise<Place> {
  for (let place = start; ; ) {
    const size = draft.names === undefined ? draft.limit - draft.jobs.length : LOOKED_AT_ONCE;
    const rows = await readRows(store, draft, { status, order, place, size });
    for (const row of rows) {
      place = [String(row['rank_text']), String(row['turn_text'])];
      take(draft, row);
      if (draft.jobs.length === draft.limit) return place;
    }
    if (rows.length < size) return undefined;
    if (draft.looked >= BUDGET) return place;
  }
}

function take(draft: Draft, row: Row): void {
  draft.looked += 1;
  if (draft.names?.has(String(row['name'])) ?? true) draft.jobs.push(toRecord(row));
}

/** The rows to read of a state. */
interface Slice {
  readonly status: JobStatus;
  readonly order: ListParams['order'];
  readonly place: Place;
  readonly size: number;
}

/** Reads rows of a state. The state is a literal of {@link JOB_STATUSES}, so that its own index is used. */
function readRows(
  store: PostgresStore,
  { tags }: Draft,
  { status, order, place, size }: Slice,
): Promise<Row[]> {
  const [compare, direction] = order === 'oldest' ? ['>', 'ASC'] : ['<', 'DESC'];
  const beyond = place === undefined ? '' : `AND (rank, turn) ${compare} ($3::float8, $4::bigint)`;
  const tagged = tags === undefined ? '' : `AND tags @> $${place === undefined ? 3 : 5}::text[]`;
  const sorted = `ORDER BY rank ${direction}, turn ${direction} LIMIT $2`;
  const part = (which: string): string =>
    `SELECT * FROM @.jobs WHERE queue = $1 AND status = '${status}' ${which} ${tagged} ${beyond} ${sorted}`;
  // Jobs in the lines of limits have an index of their own.
  const jobs =
    status === 'waiting'
      ? `(${part('AND NOT limited')}) UNION ALL (${part('AND limited')})`
      : part('');
  const sql = `SELECT ${JOB_COLUMNS}, rank::text AS rank_text, turn::text AS turn_text FROM (${jobs}) j ${sorted}`;
  return store.query(sql, [size, ...(place ?? []), ...(tags === undefined ? [] : [tags])]);
}

function parseCursor(
  cursor: string | undefined,
  statuses: readonly JobStatus[],
): { readonly status: JobStatus; readonly place: Place } | undefined {
  if (cursor === undefined) return undefined;
  const [name, rank = '', turn = '', ...rest] = cursor.split(':');
  const status = JOB_STATUSES.find((known) => known === name);
  const isPlace = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(rank) && /^-?\d{1,18}$/.test(turn);
  if (status !== undefined && statuses.includes(status) && isPlace && rest.length === 0) {
    return { status, place: [rank, turn] };
  }
  throw invalidCursorError(cursor);
}
