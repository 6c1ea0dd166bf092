import type { JobStatus } from '@philjs/jobs-core';
import { JOB_STATUSES } from '@philjs/jobs-core';
import type { JobPage, JobRecord, ListParams } from '@philjs/jobs-core/backend';
import { invalidCursorError, orderChangedError } from '@philjs/jobs-core/backend';
import { toText } from '@philjs/jobs-core/internal';
import type { Row } from '../connection/connection.ts';
import { READ_COLUMNS, readRecord } from '../store/job-row.ts';
import type { PostgresStore } from '../store/postgres-store.ts';

/** At most how many jobs one call looks at, when it is given names to select by. */
const BUDGET = 10_000;
/** How many rows are read at once when selecting by name. */
const LOOKED_AT_ONCE = 1_000;

/**
 * The position of a job in a state, as text to be exact; `undefined` before the first: its `rank` and `turn`, or its
 * `class`, `number` and `turn` where an order numbers the waiting jobs.
 */
type Place = readonly string[] | undefined;

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
 * @throws JobsError `JOBS_INVALID_ARGUMENT` for a cursor that is not of such a list, `JOBS_CONFLICT` for one of another order
 */
export async function listJobs(store: PostgresStore, params: ListParams): Promise<JobPage> {
  const statuses = [...new Set(params.statuses)];
  const names = params.names === undefined ? undefined : new Set(params.names.map(toText));
  const draft: Draft = { jobs: [], limit: params.limit, names, tags: params.tags, looked: 0 };
  const cursor = parseCursor(params.cursor, statuses);
  for (const status of statuses.slice(cursor && statuses.indexOf(cursor.status))) {
    const start: Place = status === cursor?.status ? cursor.place : undefined;
    const order = status === 'waiting' ? await readOrder(store) : UNORDERED;
    if (start !== undefined && cursor?.revision !== order.revision) throw orderChangedError();
    const end = await readState(store, draft, status, params.order, { ...order, start });
    if (end !== undefined) {
      return { jobs: draft.jobs, cursor: [status, order.revision, ...end].join(':') };
    }
    if (await isAnother(store, order)) return listAgain(store, params);
  }
  return { jobs: draft.jobs };
}

/** Returns whether jobs may have left an order while they were read: those are not among them. */
async function isAnother(store: PostgresStore, order: WaitingOrder): Promise<boolean> {
  return order.isNumbered && (await readOrder(store)).revision !== order.revision;
}

/** Lists again what was read while the order of the queue was changed; refuses to where there is a cursor. */
function listAgain(store: PostgresStore, params: ListParams): Promise<JobPage> {
  if (params.cursor !== undefined) throw orderChangedError();
  return listJobs(store, params);
}

/** Says in which order the waiting jobs of a queue stand. */
interface WaitingOrder {
  readonly revision: string;
  /** Whether the order numbers them: all of them, once they are moved. */
  readonly isNumbered: boolean;
}

const UNORDERED: WaitingOrder = { revision: '0', isNumbered: false };

async function readOrder(store: PostgresStore): Promise<WaitingOrder> {
  const sql = 'SELECT policy, is_moving, order_revision FROM @.queues WHERE queue = $1';
  const [row] = await store.query(sql);
  const policy = row?.['is_moving'] === true ? undefined : row?.['policy'];
  const isNumbered = policy === 'ageing' || policy === 'deadline';
  return { revision: String(row?.['order_revision'] ?? 0), isNumbered };
}

/** Reads jobs of one state until the page is full; returns where it stopped, or nothing at the end of the state. */
async function readState(
  store: PostgresStore,
  draft: Draft,
  status: JobStatus,
  order: ListParams['order'],
  from: WaitingOrder & { readonly start: Place },
): Promise<Place> {
  const { start } = from;
  const isNumbered = start === undefined ? from.isNumbered : start.length === NUMBERED.length;
  for (let place = start; ; ) {
    const size = draft.names === undefined ? draft.limit - draft.jobs.length : LOOKED_AT_ONCE;
    const rows = await readRows(store, draft, { status, order, place, size, isNumbered });
    for (const row of rows) {
      place = String(row['place']).split(':');
      take(draft, row);
      if (draft.jobs.length === draft.limit) return place;
    }
    if (rows.length < size) return undefined;
    if (draft.looked >= BUDGET) return place;
  }
}

function take(draft: Draft, row: Row): void {
  draft.looked += 1;
  if (draft.names?.has(String(row['name'])) ?? true) draft.jobs.push(readRecord(row));
}

/** The rows to read of a state. */
interface Slice {
  readonly status: JobStatus;
  readonly order: ListParams['order'];
  readonly place: Place;
  readonly size: number;
  readonly isNumbered: boolean;
}

const RANKED = ['rank', 'turn'] as const;
const NUMBERED = ['class', 'number', 'turn'] as const;

/** Reads rows of a state. The state is a literal of {@link JOB_STATUSES}, so that its own index is used. */
function readRows(
  store: PostgresStore,
  { tags }: Draft,
  { status, order, place, size, isNumbered }: Slice,
): Promise<Row[]> {
  const [compare, direction] = order === 'oldest' ? ['>', 'ASC'] : ['<', 'DESC'];
  const columns = isNumbered ? NUMBERED : RANKED;
  const types = columns.map((column) => (column === 'turn' ? 'bigint' : 'float8'));
  const values = types.map((type, index) => `$${index + 3}::${type}`);
  const beyond =
    place === undefined ? '' : `AND (${columns.join(', ')}) ${compare} (${values.join(', ')})`;
  const tagged = tags === undefined ? '' : `AND tags @> $${3 + (place?.length ?? 0)}::text[]`;
  const sorted = `ORDER BY ${columns.map((column) => `${column} ${direction}`).join(', ')} LIMIT $2`;
  const numbered = isNumbered ? 'AND number IS NOT NULL' : '';
  const part = (which: string): string =>
    `SELECT * FROM @.jobs WHERE queue = $1 AND status = '${status}' ${which} ${numbered} ${tagged} ${beyond} ${sorted}`;
  // Jobs in the lines of limits have an index of their own.
  const jobs =
    status === 'waiting'
      ? `(${part('AND NOT limited')}) UNION ALL (${part('AND limited')})`
      : part('');
  const position = columns.map((column) => `${column}::text`).join(`, ':', `);
  const sql = `SELECT ${READ_COLUMNS}, concat(${position}) AS place FROM (${jobs}) j ${sorted}`;
  return store.query(sql, [size, ...(place ?? []), ...(tags === undefined ? [] : [tags])]);
}

function parseCursor(
  cursor: string | undefined,
  statuses: readonly JobStatus[],
): { readonly status: JobStatus; readonly revision: string; readonly place: Place } | undefined {
  if (cursor === undefined) return undefined;
  const [name, revision = '', ...place] = cursor.split(':');
  const status = JOB_STATUSES.find((known) => known === name);
  const isLong = status === 'waiting' && place.length === NUMBERED.length;
  const isPlace =
    (isLong || place.length === RANKED.length) &&
    place.slice(0, -1).every((part) => /^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(part)) &&
    /^-?\d{1,18}$/.test(place.at(-1) ?? '');
  if (status !== undefined && statuses.includes(status) && isPlace)
    return { status, revision, place };
  throw invalidCursorError(cursor);
}
