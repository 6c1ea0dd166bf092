import type { IQueue, Job, JobStatus } from '@philjs/jobs-core';
import type { SearchQuery } from '@philjs/jobs-core/internal';
import { checkInteger, PASSING_ORDER, takeTurn } from '@philjs/jobs-core/internal';
import { matchesJob } from './matches-job.ts';

/** How many jobs one page reads where a search must look into them. */
const PAGE = 200;
/** The most pages one search reads, since pages may come back empty when no job has the right name. */
const MAX_PAGES = 50;

/** Limits one search. */
export interface SearchLimits {
  /** Stops reading after this many matches; returns all matches read by then. @default 50 */
  readonly limit?: number | undefined;
  /** The most jobs it reads. @default 5000 */
  readonly budget?: number | undefined;
  /** The cursor of the previous search. */
  readonly cursor?: string | undefined;
  /** Masks a job. The masked job must match too, so that a search reveals no secrets. */
  readonly mask?: ((job: Job) => Job) | undefined;
}

/** Holds the jobs a search found, and how much of the queue it has read. */
export interface SearchResult {
  /** The jobs that match, newest first within each state. */
  readonly jobs: readonly Job[];
  /** How many jobs it read. */
  readonly scanned: number;
  /** How many jobs are in the searched states. */
  readonly total: number;
  /** Where to go on; absent when everything was seen. */
  readonly cursor?: string;
}

/** The order of states in a plain list: active and failed jobs before finished and later ones. */
const LISTED: readonly JobStatus[] = [
  'waiting',
  'active',
  'failed',
  'completed',
  'cancelled',
  'delayed',
  'blocked',
];

const NOTHING: SearchResult = { jobs: [], scanned: 0, total: 0 };
const COUNTS = { min: 1, max: Number.MAX_SAFE_INTEGER };

/**
 * Searches a queue's jobs, newest first: ids directly, otherwise page by page until enough are found or the
 * budget is used up. A result with a cursor has not read all jobs. A search that names other queues finds nothing.
 *
 * @throws JobsError as `IQueue.getJobs`; `JOBS_INVALID_ARGUMENT` for a `limit` or `budget` that is no whole number from 1
 */
export async function searchJobs(
  queue: IQueue,
  query: SearchQuery,
  limits: SearchLimits = {},
): Promise<SearchResult> {
  checkLimits(limits);
  if (query.queues.length > 0 && !query.queues.includes(queue.name)) return NOTHING;
  const { mask = (job) => job } = limits;
  if (query.ids.length > 0) return lookUp(queue, query, queue.clock.now(), mask);
  return scan(queue, query, { ...limits, mask });
}

/** Checks how much a search may find and read. @throws JobsError `JOBS_INVALID_ARGUMENT` */
export function checkLimits({ limit, budget }: SearchLimits): void {
  if (limit !== undefined) checkInteger('limit', limit, COUNTS);
  if (budget !== undefined) checkInteger('budget', budget, COUNTS);
}

/** Returns whether every job in the states and of the names of a search is a match. */
export function isPlainSearch({ terms, tags }: SearchQuery): boolean {
  return terms.length === 0 && tags.length === 0;
}

/**
 * Lists the states to search, one after the other. A plain search lists them as it names them. One that looks into jobs uses
 * the order in which jobs pass through them, so that a job that moves on meanwhile is seen twice rather than never.
 */
export function statusesOf(query: SearchQuery): readonly JobStatus[] {
  const { statuses } = query;
  if (isPlainSearch(query)) return statuses.length > 0 ? statuses : LISTED;
  return statuses.length > 0 ? inPassing(statuses) : PASSING_ORDER;
}

/** Sorts states as jobs pass through them. */
export function inPassing(statuses: readonly JobStatus[]): readonly JobStatus[] {
  return PASSING_ORDER.filter((status) => statuses.includes(status));
}

async function scan(
  queue: IQueue,
  query: SearchQuery,
  limits: SearchLimits & { readonly mask: (job: Job) => Job },
): Promise<SearchResult> {
  const now = queue.clock.now();
  const { limit = 50, budget = 5000, mask } = limits;
  const isPlain = isPlainSearch(query);
  const statuses = statusesOf(query);
  const total = await countIn(queue, statuses);
  const jobs: Job[] = [];
  // Without terms every job read is a match.
  const pageSize = Math.min(PAGE, isPlain ? limit : PAGE);
  let scanned = 0;
  let untold = 0;
  let pages = 0;
  let cursor = limits.cursor;
  do {
    const page = await queue.getJobs({
      status: statuses,
      name: query.names.length > 0 ? query.names : undefined,
      tags: query.tags,
      limit: Math.min(pageSize, budget - scanned),
      cursor,
    });
    scanned += page.jobs.length;
    pages += 1;
    const matching = await judge(page.jobs, query, now, mask);
    jobs.push(...matching.jobs);
    untold += matching.untold;
    cursor = page.cursor;
  } while (cursor !== undefined && jobs.length < limit && scanned < budget && pages < MAX_PAGES);
  return { jobs, scanned: scanned - untold, total, ...(cursor !== undefined && { cursor }) };
}

/** Finds the matching jobs of a page, masked, and counts those of which not even a count may tell. */
async function judge(
  page: readonly Job[],
  query: SearchQuery,
  now: number,
  mask: (job: Job) => Job,
): Promise<{ readonly jobs: readonly Job[]; readonly untold: number }> {
  const jobs: Job[] = [];
  let untold = 0;
  for (const job of page) {
    const shown = foundJob(job, query, now, mask);
    if (shown !== undefined) jobs.push(shown);
    else if (!isTold(job, query, mask)) untold += 1;
    await takeTurn();
  }
  return { jobs, untold };
}

/**
 * Returns a matching job, masked. The masked job must match too, so that a search reveals no secrets, and only
 * jobs that match unmasked are masked at all. Groups and negated conditions are checked on the masked job only:
 * groups come from masked errors, and the text that a negated condition excludes may occur only unmasked.
 */
export function foundJob(
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

/**
 * Returns whether a job that does not match counts as one that was read. One that loses the tags asked for when it is
 * masked does not: its count would tell a guess at what they hide from a wrong one.
 */
function isTold(job: Job, { tags }: SearchQuery, mask: (job: Job) => Job): boolean {
  const shown = tags.length === 0 ? job : mask(job);
  return tags.every((tag) => shown.tags?.includes(tag));
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
    .map((job) => job && foundJob(job, query, now, mask))
    .filter((job) => job !== undefined);
  return { jobs, scanned: query.ids.length, total: query.ids.length };
}

async function countIn(queue: IQueue, statuses: readonly JobStatus[]): Promise<number> {
  const stats = await queue.getStats();
  return statuses.reduce((sum, status) => sum + stats[status], 0);
}
