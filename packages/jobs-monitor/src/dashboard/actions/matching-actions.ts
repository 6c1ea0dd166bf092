import {
  type IQueue,
  invalidArgument,
  JOB_STATUSES,
  type Job,
  type JobStatus,
} from '@philjs/jobs-core';
import { acknowledge } from '../../failures/acknowledgement.ts';
import { maskFor } from '../../search/mask-for.ts';
import { searchJobs } from '../../search/search-jobs.ts';
import { parseSearch, type SearchQuery } from '../../search/search-query.ts';
import type { Action, Progress } from './action.ts';
import type { Fields } from './fields.ts';
import { cancelAll } from './job-actions.ts';

/** How many jobs one request looks at: to change them, and only to count them. */
const BATCH = 500;
const COUNTED = 5000;

/** Where a batch acts and on what. */
interface MatchingAction {
  /** The states it may act on. */
  readonly statuses: readonly JobStatus[];
  /** Whether it may act on all jobs, with no search to narrow them. */
  readonly needsSearch?: boolean;
  /** Changes jobs; answers how many it changed. */
  readonly act: (
    queue: IQueue,
    jobs: readonly Job[],
    fields: Fields,
    progress: Progress,
  ) => Promise<number>;
}

/** Retries the failed jobs a search finds, one batch a request. */
export const retryMatching: Action = matching({
  statuses: ['failed'],
  act: (queue, jobs) => queue.backend.retry({ ids: idsOf(jobs) }),
});

/** Removes the jobs a search finds that do not run, one batch a request; never all there are. */
export const removeMatching: Action = matching({
  statuses: JOB_STATUSES.filter((status) => status !== 'active'),
  needsSearch: true,
  act: (queue, jobs) => queue.backend.remove({ ids: idsOf(jobs) }),
});

/** Makes the delayed jobs a search finds ready, one batch a request. */
export const promoteMatching: Action = matching({
  statuses: ['delayed'],
  act: (queue, jobs) => queue.backend.promote({ ids: idsOf(jobs) }),
});

/** Cancels the jobs a search finds that have not ended, one batch a request. */
export const cancelMatching: Action = matching({
  statuses: ['waiting', 'delayed', 'active', 'blocked'],
  act: (queue, jobs, fields, progress) => cancelAll(queue, idsOf(jobs), fields, progress),
});

/** Notes on the failed jobs a search finds that somebody knows of them, one batch a request. */
export const acknowledgeMatching: Action = matching({
  statuses: ['failed'],
  act: (queue, jobs) => acknowledge(queue, idsOf(jobs)),
});

/**
 * Acts on what a search finds, newest first, a bounded batch a request: whoever asks goes on with the
 * cursor of the answer, shows how far it is, and stops by not asking again. With `dryRun` it counts. With
 * `limit` it acts on no more than that, and with `before` on no job that failed later: those are counted
 * as `again`, so that whoever retries slowly sees when it is of no use.
 */
function matching({ statuses, needsSearch = false, act }: MatchingAction): Action {
  return async ({ monitor, redactor }, fields, progress) => {
    const queue = monitor.getQueue(fields.queue);
    const isDryRun = fields.flag('dryRun');
    const search = fields.text('search') ?? '';
    if (needsSearch && search.trim() === '') {
      throw invalidArgument(
        'search',
        'a search, as all jobs there are cannot be removed at once',
        search,
      );
    }
    const query = within(parseSearch(search), statuses);
    if (query === undefined) return { changed: 0, answer: { scanned: 0, matched: 0, total: 0 } };
    const limit = fields.count('limit', BATCH);
    const found = await searchJobs(queue, query, {
      limit: Number.MAX_SAFE_INTEGER,
      budget: isDryRun ? COUNTED : BATCH,
      cursor: fields.text('cursor'),
      mask: maskFor(query, redactor),
    });
    const before = fields.optionalTime('before') ?? Number.POSITIVE_INFINITY;
    const isAgain = ({ finishedAt }: Job): boolean => (finishedAt?.getTime() ?? 0) > before;
    const again = found.jobs.filter(isAgain).length;
    const jobs = found.jobs.filter((job) => !isAgain(job)).slice(0, limit);
    const changed = isDryRun || jobs.length === 0 ? 0 : await act(queue, jobs, fields, progress);
    const { scanned, total, cursor } = found;
    const matched = found.jobs.length;
    const answer = { scanned, matched, total, again, ...(cursor !== undefined && { cursor }) };
    return { changed, answer };
  };
}

function idsOf(jobs: readonly Job[]): readonly string[] {
  return jobs.map(({ id }) => id);
}

/** Narrows a search to some states; `undefined` when it asks for none of them. */
function within(query: SearchQuery, statuses: readonly JobStatus[]): SearchQuery | undefined {
  if (query.statuses.length === 0) return { ...query, statuses };
  const both = query.statuses.filter((status) => statuses.includes(status));
  return both.length === 0 ? undefined : { ...query, statuses: both };
}
