import type { JobPage, JobRecord, ListParams } from '@philjs/jobs-core/backend';
import { invalidCursorError, orderChangedError } from '@philjs/jobs-core/backend';
import { toText } from '@philjs/jobs-core/internal';
import type { Row } from '../database/sqlite-file.ts';
import { readRecord } from '../state/job-row.ts';
import type { SqliteQueueStore } from '../state/queue-store.ts';
import { rarestTag } from './job-tags.ts';

/** At most how many jobs one call looks at, when it is given names to select by. */
const BUDGET = 10_000;
/** How many rows are read at once when selecting by name. */
const LOOKED_AT_ONCE = 1_000;

/**
 * The position of a job in a state; `undefined` before the first: its `rank` and `turn`, or its `class`, `number` and
 * `turn` where an order numbers the waiting jobs.
 */
type Place = readonly number[] | undefined;
/** The state that is listed, and the revision of the order where it was: 0 but for waiting jobs. */
type Position = readonly [index: number, revision: number, place: Place];

const RANKED = ['rank', 'turn'] as const;
const NUMBERED = ['class', 'number', 'turn'] as const;

/** Says which rows to read. */
interface Slice {
  readonly status: string;
  readonly order: ListParams['order'];
  readonly place: Place;
  readonly columns: readonly string[];
  readonly size: number;
}

/** Collects a page. */
interface Draft {
  readonly jobs: JobRecord[];
  readonly limit: number;
  readonly names: ReadonlySet<string> | undefined;
  readonly tags: readonly string[];
  /** The one of {@link tags} by which the jobs are looked up. */
  readonly tag: string | undefined;
  /** The time of the call. */
  readonly now: number;
  looked: number;
}

/**
 * Reads a page of jobs. A cursor names the place of the last job looked at, so that jobs added or removed
 * between two pages do not shift the next page.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` for a cursor that is not of such a list, `JOBS_CONFLICT` for one of another order
 */
export function listJobs(store: SqliteQueueStore, params: ListParams): JobPage {
  const statuses = [...new Set(params.statuses)];
  const names = params.names === undefined ? undefined : new Set(params.names.map(toText));
  const { limit, tags = [] } = params;
  const tag = rarestTag(store, tags);
  const draft: Draft = { jobs: [], limit, names, tags, tag, now: store.clock.now(), looked: 0 };
  const [first, revision, after] = parseCursor(params.cursor, statuses.length);
  for (let index = first; index < statuses.length; index++) {
    const status = statuses[index] ?? '';
    const start: Place = index === first ? after : undefined;
    const now = status === 'waiting' ? revisionOf(store) : 0;
    if (start !== undefined && revision !== now) throw orderChangedError();
    const end = readState(store, draft, status, params.order, start);
    if (end !== undefined)
      return { jobs: draft.jobs, cursor: JSON.stringify([index, now, ...end]) };
  }
  return { jobs: draft.jobs };
}

function revisionOf({ file, queue }: SqliteQueueStore): number {
  return Number(
    file.get('SELECT order_revision FROM philjs_jobs_queues WHERE queue = ?', queue)?.[
      'order_revision'
    ],
  );
}

/** Reads jobs of one state until the page is full; returns where it stopped, or nothing at the end of the state. */
function readState(
  store: SqliteQueueStore,
  draft: Draft,
  status: string,
  order: ListParams['order'],
  start: Place,
): Place {
  const columns = columnsOf(store, status, start);
  for (let place = start; ; ) {
    const size = takesAll(draft) ? draft.limit - draft.jobs.length : LOOKED_AT_ONCE;
    const rows = readRows(store, draft.tag, { status, order, place, columns, size });
    for (const row of rows) {
      place = columns.map((column) => Number(row[column]));
      take(draft, row);
      if (draft.jobs.length === draft.limit) return place;
    }
    if (rows.length < size) return undefined;
    if (draft.looked >= BUDGET) return place;
  }
}

/** Returns whether every row that is read belongs on the page. */
function takesAll({ names, tags, tag }: Draft): boolean {
  return names === undefined && tags.length === (tag === undefined ? 0 : 1);
}

/** Returns the columns that sort the jobs of a state; a page goes on as the one before it. */
function columnsOf(
  { file, queue }: SqliteQueueStore,
  status: string,
  start: Place,
): readonly string[] {
  if (status !== 'waiting') return RANKED;
  if (start !== undefined) return start.length === NUMBERED.length ? NUMBERED : RANKED;
  // While jobs are moved to the order, only some stand in it.
  const sql = 'SELECT policy FROM philjs_jobs_queues WHERE queue = ? AND moved_rank IS NULL';
  const policy = file.get(sql, queue)?.['policy'];
  return policy === 'ageing' || policy === 'deadline' ? NUMBERED : RANKED;
}

/** Reads rows of a state: of the jobs with a tag, or of all. */
function readRows(
  { file, queue }: SqliteQueueStore,
  tag: string | undefined,
  { status, order, place, columns, size }: Slice,
): Row[] {
  const [compare, direction] = order === 'oldest' ? ['>', 'ASC'] : ['<', 'DESC'];
  const marks = columns.map((_, index) => `?${index + 4}`).join(', ');
  const numbered = columns === NUMBERED ? "AND status = 'waiting' AND number IS NOT NULL" : '';
  const after = `AND (${columns.join(', ')}) ${compare} (${marks})`;
  const beyond = `${numbered} ${place === undefined ? '' : after}`;
  const sorted = `ORDER BY ${columns.map((column) => `${column} ${direction}`).join(', ')} LIMIT ?3 + 0`;
  const values = [queue, status, size, ...(place ?? [])];
  if (tag !== undefined) {
    // CROSS JOIN keeps the order of the tables: the tags first.
    const tagged = `SELECT jobs.* FROM philjs_jobs_tags AS tags CROSS JOIN philjs_jobs_jobs AS jobs ON jobs.key = tags.job
      WHERE tags.queue = ?1 AND tags.tag = ?${values.length + 1} AND jobs.status = ?2 ${beyond} ${sorted}`;
    return file.all(tagged, ...values, tag);
  }
  // Jobs in the lines of limits stand apart in the index.
  const part = (limited: 0 | 1): string =>
    `SELECT * FROM (SELECT * FROM philjs_jobs_jobs WHERE queue = ?1 AND status = ?2 AND limited = ${limited} ${beyond} ${sorted})`;
  return file.all(`${part(0)} UNION ALL ${part(1)} ${sorted}`, ...values);
}

function take(draft: Draft, row: Row): void {
  draft.looked += 1;
  if (!(draft.names?.has(String(row['name'])) ?? true)) return;
  if (draft.tags.length > 0 && row['tags'] === null) return;
  const record = readRecord(row, draft.now);
  if (draft.tags.every((tag) => record.tags?.includes(tag))) draft.jobs.push(record);
}

function parseCursor(cursor: string | undefined, states: number): Position {
  if (cursor === undefined) return [0, 0, undefined];
  let position: unknown;
  try {
    position = JSON.parse(cursor);
  } catch {
    position = undefined;
  }
  if (Array.isArray(position) && position.every(Number.isFinite)) {
    const [index, revision, ...place] = position as [number, number, ...number[]];
    const isPlace = place.length === RANKED.length || place.length === NUMBERED.length;
    if (isPlace && Number.isInteger(index) && index >= 0 && index < states)
      return [index, revision, place];
  }
  throw invalidCursorError(cursor);
}
