import {
  checkFlag,
  checkFunction,
  checkInteger,
  checkOptions,
  checkSignal,
  invalidArgument,
} from '../check/argument.ts';
import { takeTurn } from '../clock/turn.ts';
import type { Backend, JobPage, ListParams } from '../contract/backend.ts';
import type { JobRecord } from '../contract/job-record.ts';
import type { JobStatus } from '../contract/job-status.ts';
import { isOrderChanged } from '../errors/error-factories.ts';
import { checkId } from '../job/check-name.ts';
import { dependantsFirst } from './dependants-first.ts';
import { idsByStatus } from './ids-by-status.ts';
import type { BulkQuery } from './job-query.ts';
import { firstOf, listParams } from './list-matching.ts';
import { CRITERIA_NAMES } from './matches-query.ts';
import { readJobs } from './read-jobs.ts';
import { refuseEmpty } from './refuse-empty.ts';
import { type QueriedQueue, type Selection, selectJobs } from './select-jobs.ts';

const PAGE = 500;
/** How many times a job is followed into another state. */
const TRIES = 10;
const NONE = { scanned: 0, matched: 0, changed: 0 };

/** Describes a bulk action, and the states it applies to. */
export interface BulkAction {
  readonly query: BulkQuery;
  /** The states it may act on, one after the other. */
  readonly statuses: readonly JobStatus[];
  readonly backend: Backend;
  readonly queue: QueriedQueue;
  /**
   * Changes jobs that are in a state, and none that is in another one by then; returns how many it changed. `selects` tells
   * whether a job that it reads again still matches.
   */
  readonly act: (
    ids: readonly string[],
    status: JobStatus,
    selects: Selection['selects'],
  ) => Promise<number>;
}

/**
 * Acts on all jobs that match, in batches, newest first: jobs that return to a list meanwhile are placed before the
 * current position, so the action ends. Jobs that wait for others go before those, which would fail them. A job that has
 * left the state it was read in is read again: it may match no longer.
 * Where the order of the queue is changed meanwhile, begins again with the waiting jobs: those it acted on have left them.
 * Lets other work of its process run meanwhile, as a store may answer at once.
 */
export async function runBulkAction(action: BulkAction): Promise<number> {
  const { query, statuses, queue } = action;
  checkBulkQuery(query);
  const selection = selectJobs(query, statuses, queue);
  const progress = { ...NONE };
  const limit = query.limit ?? Number.POSITIVE_INFINITY;
  if (selection.statuses.length === 0) return 0;
  for await (const page of pagesInOrder(action, selection, limit)) {
    if (page === 'again') {
      if (query.dryRun) Object.assign(progress, NONE);
      continue;
    }
    const { found } = await firstOf(page, selection, limit - progress.matched);
    if (query.signal?.aborted) break;
    progress.scanned += page.length;
    progress.matched += found.length;
    if (query.dryRun) progress.changed += found.length;
    else progress.changed += await actOn(found, action, selection);
    await query.onProgress?.({ ...progress });
    if (progress.matched >= limit) break;
  }
  return progress.changed;
}

/** Acts on jobs by the states in which they were read, and once more on those that have gone to another one and match still. */
async function actOn(
  found: readonly JobRecord[],
  { act, backend }: BulkAction,
  { statuses, selects }: Selection,
): Promise<number> {
  let changed = 0;
  let jobs = found;
  for (let tries = 0; tries < TRIES && jobs.length > 0; tries += 1) {
    const before = changed;
    const groups = idsByStatus(jobs);
    // In their order: those that are blocked come first.
    for (const status of statuses) {
      const ids = groups.get(status);
      if (ids !== undefined) changed += await act(ids, status, selects);
    }
    if (statuses.length === 1 || changed - before === jobs.length) break;
    const read = new Map(jobs.map(({ id, status }) => [id, status]));
    const again = await readJobs(backend, [...read.keys()]);
    jobs = again.filter((job) => job.status !== read.get(job.id) && selects(job));
  }
  return changed;
}

/** Reads the jobs of a selection as {@link pages} does, but each before those that it waits for: first all that are blocked. */
async function* pagesInOrder(
  action: BulkAction,
  selection: Selection,
  limit: number,
): AsyncGenerator<readonly JobRecord[] | 'again'> {
  const { ids, statuses } = selection;
  const others = statuses.filter((status) => status !== 'blocked');
  if (action.query.dryRun || others.length === statuses.length) yield* pages(selection, action);
  else if (ids !== undefined) yield* pagesOfIds(action, selection, ids);
  else {
    yield* blockedPages(action, { ...selection, statuses: ['blocked'] }, limit);
    if (others.length > 0) yield* pages({ ...selection, statuses: others }, action);
  }
}

/** Reads jobs by their ids: those that are blocked before the others, of which none waits for another one. */
async function* pagesOfIds(
  action: BulkAction,
  selection: Selection,
  ids: readonly string[],
): AsyncGenerator<readonly JobRecord[] | 'again'> {
  const blocked = new Set<string>();
  for await (const page of pages(selection, action)) {
    if (page === 'again' || action.query.signal?.aborted) break;
    for (const { id, status } of page) if (status === 'blocked') blocked.add(id);
    if (blocked.size === 0 && ids.length <= PAGE) {
      yield page;
      return;
    }
    await takeTurn();
  }
  yield* pagesByLevel(action, selection, [...blocked]);
  yield* pages({ ...selection, ids: ids.filter((id) => !blocked.has(id)) }, action);
}

/** Finds all blocked jobs before it yields any, and keeps their ids: what waits for a job may have been blocked for longer. */
async function* blockedPages(
  action: BulkAction,
  selection: Selection,
  limit: number,
): AsyncGenerator<readonly JobRecord[]> {
  const ids: string[] = [];
  for await (const page of pages(selection, action)) {
    if (page === 'again' || action.query.signal?.aborted) break;
    const { found, read } = await firstOf(page, selection, limit - ids.length);
    const known = new Set(found);
    for (const { id } of found) ids.push(id);
    // They count as looked at, and none of them is selected.
    const others = page.slice(0, read).filter((job) => !known.has(job));
    if (others.length > 0) yield others;
    if (ids.length >= limit) break;
  }
  yield* pagesByLevel(action, selection, ids);
}

async function* pagesByLevel(
  action: BulkAction,
  selection: Selection,
  ids: readonly string[],
): AsyncGenerator<readonly JobRecord[]> {
  const { backend, queue, query } = action;
  const blocked = ids.map((id) => ({ id, status: 'blocked' }) as const);
  const levels = await dependantsFirst({ backend, name: queue.name }, blocked, query.signal);
  for await (const page of pages({ ...selection, ids: levels.flat() }, action)) {
    if (page !== 'again') yield page;
  }
}

/** Reads the jobs of a selection. Yields `again` where it begins again; a dry run with all, whose jobs stay where they are. */
async function* pages(
  selection: Selection,
  { backend, query }: BulkAction,
): AsyncGenerator<readonly JobRecord[] | 'again'> {
  const { ids } = selection;
  if (ids !== undefined) {
    for (let start = 0; start < ids.length; start += PAGE) {
      yield await readJobs(backend, ids.slice(start, start + PAGE));
    }
    return;
  }
  let { statuses } = selection;
  let cursor: string | undefined;
  for (let isOver = false; !isOver; ) {
    const position = { order: 'newest', limit: PAGE, cursor } as const;
    const page = await listUnlessMoved(backend, listParams({ ...selection, statuses }, position));
    if (page === undefined && !query.dryRun) statuses = statuses.slice(statuses.indexOf('waiting'));
    yield page?.jobs ?? 'again';
    cursor = page?.cursor;
    isOver = page !== undefined && cursor === undefined;
  }
}

/** Lists a page; `undefined` where the order of the queue is another than that of its cursor. */
async function listUnlessMoved(backend: Backend, params: ListParams): Promise<JobPage | undefined> {
  try {
    return await backend.list(params);
  } catch (error) {
    if (params.cursor !== undefined && isOrderChanged(error)) return undefined;
    throw error;
  }
}

function checkBulkQuery(query: BulkQuery): void {
  const known = ['status', 'name', 'tags', 'ids', 'limit', 'dryRun', 'onProgress', 'signal'];
  checkOptions('query', query, [...known, ...CRITERIA_NAMES]);
  for (const field of ['status', 'name', 'tags', 'ids', ...CRITERIA_NAMES]) {
    if (field in query && query[field as keyof BulkQuery] === undefined) {
      throw invalidArgument(field, 'given, or left out to match all jobs', undefined);
    }
  }
  refuseEmpty(query);
  if (query.limit !== undefined) {
    checkInteger('limit', query.limit, { min: 1, max: Number.MAX_SAFE_INTEGER });
  }
  if (query.ids !== undefined && !Array.isArray(query.ids)) {
    throw invalidArgument('ids', 'an array of job ids', query.ids);
  }
  query.ids?.forEach((id, index) => {
    checkId(`ids[${index}]`, id);
  });
  checkFlag('dryRun', query.dryRun);
  checkFunction('onProgress', query.onProgress);
  checkSignal('signal', query.signal);
}
