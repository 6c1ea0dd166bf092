import { type IQueue, JOB_STATUSES, type JobStatus } from '@philjs/jobs-core';
import { maskFor } from '../../search/mask-for.ts';
import { searchJobs } from '../../search/search-jobs.ts';
import { parseSearch, type SearchQuery } from '../../search/search-query.ts';
import type { Action } from './action.ts';

/** How many jobs one request looks at: to change them, and only to count them. */
const BATCH = 500;
const COUNTED = 5000;

/** Where a batch acts and on what. */
interface MatchingAction {
  /** The states it may act on. */
  readonly statuses: readonly JobStatus[];
  /** Changes jobs; answers how many it changed. */
  readonly act: (queue: IQueue, ids: readonly string[]) => Promise<number>;
}

/** Retries the failed jobs a search finds, one batch a request. */
export const retryMatching: Action = matching({
  statuses: ['failed'],
  act: (queue, ids) => queue.backend.retry({ ids }),
});

/** Removes the jobs a search finds that do not run, one batch a request. */
export const removeMatching: Action = matching({
  statuses: JOB_STATUSES.filter((status) => status !== 'active'),
  act: (queue, ids) => queue.backend.remove({ ids }),
});

/**
 * Acts on what a search finds, newest first, a bounded batch a request: whoever asks goes on with the
 * cursor of the answer, shows how far it is, and stops by not asking again. With `dryRun` it counts.
 */
function matching({ statuses, act }: MatchingAction): Action {
  return async ({ monitor, redactor }, fields) => {
    const queue = monitor.getQueue(fields.queue);
    const isDryRun = fields.flag('dryRun');
    const query = within(parseSearch(fields.text('search') ?? ''), statuses);
    if (query === undefined) return { changed: 0, answer: { scanned: 0, matched: 0, total: 0 } };
    const found = await searchJobs(queue, query, {
      limit: Number.MAX_SAFE_INTEGER,
      budget: isDryRun ? COUNTED : BATCH,
      cursor: fields.text('cursor'),
      mask: maskFor(query, redactor),
    });
    const ids = found.jobs.map(({ id }) => id);
    const changed = isDryRun || ids.length === 0 ? 0 : await act(queue, ids);
    const { scanned, total, cursor } = found;
    return {
      changed,
      answer: { scanned, matched: ids.length, total, ...(cursor !== undefined && { cursor }) },
    };
  };
}

/** Narrows a search to some states; `undefined` when it asks for none of them. */
function within(query: SearchQuery, statuses: readonly JobStatus[]): SearchQuery | undefined {
  if (query.statuses.length === 0) return { ...query, statuses };
  const both = query.statuses.filter((status) => statuses.includes(status));
  return both.length === 0 ? undefined : { ...query, statuses: both };
}
