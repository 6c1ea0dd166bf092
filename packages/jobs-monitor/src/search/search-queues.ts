import type { IQueue } from '@philjs/jobs-core';
import type { SearchQuery } from '@philjs/jobs-core/internal';
import { type MergedResult, mergePages, readPlaces, searchFrom } from './merged-pages.ts';
import { checkLimits, type SearchLimits, statusesOf } from './search-jobs.ts';

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
  checkLimits(limits);
  const { cursor, limit = 50 } = limits;
  const places = readPlaces(cursor, queues);
  const pages = await Promise.all(
    queues.map(
      async (queue) =>
        [queue.name, await searchFrom(queue, query, places, { ...limits, limit })] as const,
    ),
  );
  return mergePages(pages, statusesOf(query), limit, {});
}
