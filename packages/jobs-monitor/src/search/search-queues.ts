import { checkInteger, type IQueue, invalidArgument } from '@philjs/jobs-core';
import type { SearchQuery } from '@philjs/jobs-core/backend';
import { type MergedResult, mergePages, readPlaces, searchFrom } from './merged-pages.ts';
import { type SearchLimits, statusesOf } from './search-jobs.ts';

const COUNTS = { min: 1, max: Number.MAX_SAFE_INTEGER };

/**
 * Searches several queues at the same time, each as {@link searchJobs} does and up to the limits, and merges what they have:
 * newest first within each state. A search that names queues finds nothing in the others.
 *
 * @throws JobsError as `IQueue.getJobs`; `JOBS_INVALID_ARGUMENT` for a cursor that no search of one of these queues gave, and for
 * a `limit` or `budget` that is no whole number from 1
 */
export async function searchQueues(
  queues: readonly IQueue[],
  query: SearchQuery,
  limits: SearchLimits = {},
): Promise<MergedResult> {
  const { cursor, limit = 50, budget = 5000 } = limits;
  checkInteger('limit', limit, COUNTS);
  checkInteger('budget', budget, COUNTS);
  const places = readPlaces(cursor);
  if (places !== undefined && !queues.some(({ name }) => Object.hasOwn(places, name))) {
    throw invalidArgument('cursor', 'what a search of these queues led on with', cursor);
  }
  const pages = await Promise.all(
    queues.map(
      async (queue) =>
        [queue.name, await searchFrom(queue, query, places, { ...limits, limit, budget })] as const,
    ),
  );
  return mergePages(pages, statusesOf(query), limit, {});
}
