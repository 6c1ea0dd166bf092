import { type IQueue, JOB_STATUSES, type Job, type JobStatus } from '@philjs/jobs-core';
import { matchesJob } from './matches-job.ts';
import type { SearchQuery } from './search-query.ts';

const PAGE = 500;

/** Says how far one search goes. */
export interface SearchLimits {
  /** Stops reading once it has found so many; it may answer with a page more. @default 50 */
  readonly limit?: number | undefined;
  /** At most how many jobs it reads. @default 5000 */
  readonly budget?: number | undefined;
  /** Where the search before ended. */
  readonly cursor?: string | undefined;
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
  if (query.ids.length > 0) return lookUp(queue, query, now);
  const { limit = 50, budget = 5000 } = limits;
  const statuses = query.statuses.length > 0 ? query.statuses : JOB_STATUSES;
  const total = await countIn(queue, statuses);
  const jobs: Job[] = [];
  let scanned = 0;
  let cursor = limits.cursor;
  do {
    const page = await queue.getJobs({
      status: statuses,
      name: query.names.length > 0 ? query.names : undefined,
      limit: Math.min(PAGE, budget - scanned),
      cursor,
    });
    scanned += page.jobs.length;
    jobs.push(...page.jobs.filter((job) => matchesJob(job, query, now)));
    cursor = page.cursor;
  } while (cursor !== undefined && jobs.length < limit && scanned < budget);
  return { jobs, scanned, total, ...(cursor !== undefined && { cursor }) };
}

async function lookUp(queue: IQueue, query: SearchQuery, now: number): Promise<SearchResult> {
  const found = await Promise.all(query.ids.slice(0, PAGE).map((id) => queue.getJob(id)));
  const jobs = found.filter((job) => job !== undefined && matchesJob(job, query, now)) as Job[];
  return { jobs, scanned: query.ids.length, total: query.ids.length };
}

async function countIn(queue: IQueue, statuses: readonly JobStatus[]): Promise<number> {
  const stats = await queue.getStats();
  return statuses.reduce((sum, status) => sum + stats[status], 0);
}
