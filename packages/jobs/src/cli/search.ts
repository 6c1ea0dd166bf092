import type { IQueue, JobStatus } from '@philjs/jobs-core';
import { parseSearch, searchJobs } from '@philjs/jobs-monitor';
import type { CommandContext } from './command-context.ts';

/**
 * Finds the ids of all jobs that match a search, and tells how far it is where that takes long. A search that
 * names no state looks in those given, or in all.
 */
export async function findMatching(
  { output, redactor }: CommandContext,
  queue: IQueue,
  search: string,
  statuses: readonly JobStatus[] = [],
): Promise<readonly string[]> {
  const parsed = parseSearch(search);
  const query = parsed.statuses.length > 0 ? parsed : { ...parsed, statuses };
  const ids: string[] = [];
  let scanned = 0;
  let cursor: string | undefined;
  do {
    const found = await searchJobs(queue, query, {
      cursor,
      limit: Number.MAX_SAFE_INTEGER,
      mask: (job) => redactor.job(job),
    });
    ids.push(...found.jobs.map(({ id }) => id));
    scanned += found.scanned;
    cursor = found.cursor;
    if (cursor !== undefined)
      output.note(`Looked at ${scanned} of ${found.total}, ${ids.length} match`);
  } while (cursor !== undefined);
  return ids;
}
