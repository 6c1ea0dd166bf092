import { takeTurn } from '../clock/turn.ts';
import type { Backend, ListParams } from '../contract/backend.ts';
import type { JobRecord } from '../contract/job-record.ts';
import { invalidCursorError } from '../errors/error-factories.ts';
import { readJobs } from './read-jobs.ts';
import type { Selection } from './select-jobs.ts';

/** The most jobs that one call reads, and the most calls to the store it makes for them. */
const BUDGET = 5000;
const MAX_PAGES = 50;
/** The fewest and the most jobs read at once: few where most match, more and more where few do. */
const SMALLEST = 25;
const LARGEST = 500;

interface MatchingParams {
  readonly limit: number;
  readonly order: 'newest' | 'oldest';
  readonly cursor: string | undefined;
}

interface MatchingPage {
  readonly jobs: readonly JobRecord[];
  readonly cursor?: string;
}

/**
 * Lists jobs that no index finds: reads up to 5,000 and keeps those that a query selects. With a cursor there may be
 * more, also when it found none. A cursor is that of the store, so the page ends where the store ended it.
 */
export async function listMatching(
  backend: Backend,
  selection: Selection,
  params: MatchingParams,
): Promise<MatchingPage> {
  if (selection.statuses.length === 0) return { jobs: [] };
  if (selection.ids !== undefined) return lookUp(backend, selection.ids, selection, params);
  const { limit, order } = params;
  const jobs: JobRecord[] = [];
  let { cursor } = params;
  let size = Math.min(LARGEST, Math.max(SMALLEST, limit));
  let scanned = 0;
  for (let pages = 0; pages < MAX_PAGES && scanned < BUDGET; pages++) {
    const page = await backend.list(listParams(selection, { order, cursor, limit: size }));
    scanned += page.jobs.length;
    const { found, read } = await firstOf(page.jobs, selection, limit - jobs.length);
    if (read < page.jobs.length) {
      // More match than fit: reads no further than the last that does, so that the cursor is there.
      size = read;
      continue;
    }
    jobs.push(...found);
    cursor = page.cursor;
    if (cursor === undefined || jobs.length === limit) break;
    size = Math.min(LARGEST, 2 * size);
  }
  return { jobs, ...(cursor !== undefined && { cursor }) };
}

/** Lists jobs that the store finds by itself, but for tags. */
export async function listAll(
  backend: Backend,
  selection: Selection,
  params: MatchingParams,
): Promise<MatchingPage> {
  if (selection.statuses.length === 0) return { jobs: [] };
  const { jobs, ...rest } = await backend.list(listParams(selection, params));
  return { ...rest, jobs: jobs.filter(selection.selects) };
}

/** Says what to list where the jobs of a query may be. */
export function listParams(
  { statuses, names, tags }: Selection,
  { order, cursor, limit }: MatchingParams,
): ListParams {
  return {
    ...{ statuses, order, limit },
    ...(names !== undefined && { names }),
    ...(tags.length > 0 && { tags }),
    ...(cursor !== undefined && { cursor }),
  };
}

/**
 * Finds the first jobs of a page that are selected, and how many it reads for those: all, if none is left over. Takes turns
 * with other work.
 */
export async function firstOf(
  page: readonly JobRecord[],
  { selects }: Selection,
  most: number,
): Promise<{ readonly found: readonly JobRecord[]; readonly read: number }> {
  const found: JobRecord[] = [];
  let read = 0;
  for (const [index, record] of page.entries()) {
    await takeTurn();
    if (!selects(record)) continue;
    if (found.length === most) return { found, read };
    found.push(record);
    read = index + 1;
  }
  return { found, read: page.length };
}

/** Looks jobs up by their ids, in the order given; the cursor is the number of the ids that are over. */
async function lookUp(
  backend: Backend,
  ids: readonly string[],
  { selects }: Selection,
  { limit, cursor = '0' }: MatchingParams,
): Promise<MatchingPage> {
  if (!/^\d{1,9}$/.test(cursor)) throw invalidCursorError(cursor);
  const jobs: JobRecord[] = [];
  let next = Number(cursor);
  while (next < ids.length && jobs.length < limit) {
    const some = ids.slice(next, next + limit - jobs.length);
    jobs.push(...(await readJobs(backend, some)).filter(selects));
    next += some.length;
  }
  return { jobs, ...(next < ids.length && { cursor: String(next) }) };
}
