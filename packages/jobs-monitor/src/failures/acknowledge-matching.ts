import type { IQueue } from '@philjs/jobs-core';
import { parseSearch } from '@philjs/jobs-core/internal';
import type { Redactor } from '@philjs/jobs-core/redact';
import { maskFor } from '../search/mask-for.ts';
import { searchJobs } from '../search/search-jobs.ts';
import { acknowledge } from './acknowledgement.ts';

const BATCH = 500;

/** Acknowledges the failed jobs of a queue that a search finds; returns how many. */
export async function acknowledgeMatching(
  queue: IQueue,
  search: string,
  redactor: Redactor,
): Promise<number> {
  const parsed = parseSearch(search);
  if (parsed.statuses.length > 0 && !parsed.statuses.includes('failed')) return 0;
  const query = { ...parsed, statuses: ['failed' as const] };
  let changed = 0;
  let cursor: string | undefined;
  do {
    const found = await searchJobs(queue, query, {
      limit: Number.MAX_SAFE_INTEGER,
      budget: BATCH,
      cursor,
      mask: maskFor(query, redactor),
    });
    changed += await acknowledge(
      queue,
      found.jobs.map(({ id }) => id),
    );
    cursor = found.cursor;
  } while (cursor !== undefined);
  return changed;
}
