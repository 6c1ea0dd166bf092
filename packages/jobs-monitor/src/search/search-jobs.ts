import { type IQueue, JOB_STATUSES, type Job, type JobStatus } from '@philjs/jobs-core';
import { TurnTaker } from '../redact/turn-taker.ts';
import { matchesJob } from './matches-job.ts';
import type { SearchQuery } from './search-query.ts';

/** How many jobs are read at once where they have to be looked at. */
const PAGE = 200;
/** How many pages one search reads, should they come back empty because none has the right name. */
const MAX_PAGES = 50;

/** Says how far one search goes. */
export interface SearchLimits {
  /** Stops reading once it has found so many; what it read by then is answered too. @default 50 */
  readonly limit?: number | undefined;
  /** At most how many jobs it reads. @default 5000 */
  readonly budget?: number | undefined;
  /** Where the search before ended. */
  readonly cursor?: string | undefined;
  /** Masks a job. It has to match masked as well, so that a search tells nothing of secrets. */
  readonly mask?: ((job: Job) => Job) | undefined;
}

/** What a search found, and how much of the queue it has seen. */
export interface SearchResult {
  /** The jobs that match, newest first within each state. */
  readonly jobs: readonly Job[];
  /** How many jobs it read. */
  readonly scanned: number;
  /** How many there are in the states it looks in. */
  readonly total: number;
  /** Where to go on; absent when everything was seen. */
  readonly cursor?: string;
}

/**
 * In which order a plain list goes through the states: what is under way and what went wrong before what
 * is done or is for later. A search that looks into jobs follows their way instead, so that one that
 * moves on meanwhile is seen twice rather than never.
 */
export const LISTED: readonly JobStatus[] = [
  'waiting',
  'active',
  'failed',
  'completed',
  'cancelled',
  'delayed',
  'blocked',
];

/**
 * Searches a queue's jobs, newest first: by id at once, otherwise a page at a time until enough is
 * found or the budget is used up. A result with a cursor has not seen everything, and says so.
 *
 * @throws JobsError as `IQueue.getJobs`
 */
export async function searchJobs(
  queue: IQueue,
  query: SearchQuery,
  limits: SearchLimits = {},
): Promise<SearchResult> {
  const now = queue.clock.now();
  const { limit = 50, budget = 5000, mask = (job) => job } = limits;
  if (query.ids.length > 0) return lookUp(queue, query, now, mask);
  const all = query.terms.length === 0 ? LISTED : JOB_STATUSES;
  const statuses = query.statuses.length > 0 ? query.statuses : all;
  const total = await countIn(queue, statuses);
  const jobs: Job[] = [];
  const turns = new TurnTaker();
  // Without terms every job read is one found.
  const pageSize = Math.min(PAGE, query.terms.length === 0 ? limit : PAGE);
  let scanned = 0;
  let pages = 0;
  let cursor = limits.cursor;
  do {
    const page = await queue.getJobs({
      status: statuses,
      name: query.names.length > 0 ? query.names : undefined,
      limit: Math.min(pageSize, budget - scanned),
      cursor,
    });
    scanned += page.jobs.length;
    pages += 1;
    for (const job of page.jobs) {
      const shown = found(job, query, now, mask);
      if (shown !== undefined) jobs.push(shown);
      await turns.take();
    }
    cursor = page.cursor;
  } while (cursor !== undefined && jobs.length < limit && scanned < budget && pages < MAX_PAGES);
  return { jobs, scanned, total, ...(cursor !== undefined && { cursor }) };
}

/**
 * Masks a job that is what a search asks for. It has to be so masked as well, so that a search tells
 * nothing of secrets; but only what matches as it is has to be masked. Groups are those of masked errors, and
 * what is asked for by its opposite may be there only as it is.
 */
function found(
  job: Job,
  query: SearchQuery,
  now: number,
  mask: (job: Job) => Job,
): Job | undefined {
  const terms = query.terms.filter(
    ({ kind }) => kind !== 'group' && kind !== 'not' && kind !== 'any',
  );
  if (!matchesJob(job, { ...query, terms }, now)) return undefined;
  const shown = mask(job);
  return matchesJob(shown, query, now) ? shown : undefined;
}

async function lookUp(
  queue: IQueue,
  query: SearchQuery,
  now: number,
  mask: (job: Job) => Job,
): Promise<SearchResult> {
  const ids = [...new Set(query.ids)].slice(0, PAGE);
  const stored = await Promise.all(ids.map((id) => queue.getJob(id)));
  const jobs = stored
    .map((job) => job && found(job, query, now, mask))
    .filter((job) => job !== undefined);
  return { jobs, scanned: query.ids.length, total: query.ids.length };
}

async function countIn(queue: IQueue, statuses: readonly JobStatus[]): Promise<number> {
  const stats = await queue.getStats();
  return statuses.reduce((sum, status) => sum + stats[status], 0);
}
