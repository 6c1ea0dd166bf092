import { type IQueue, isJobsError, type Job, type JobStatus } from '@philjs/jobs-core';
import { invalidArgument } from '@philjs/jobs-core/backend';
import {
  idsByStatus,
  PASSING_ORDER,
  parseSearch,
  type SearchQuery,
} from '@philjs/jobs-core/internal';
import { acknowledge } from '../../failures/acknowledgement.ts';
import { maskFor } from '../../search/mask-for.ts';
import { searchJobs } from '../../search/search-jobs.ts';
import type { Action, Progress } from './action.ts';
import type { Fields } from './fields.ts';
import { cancelAll } from './job-actions.ts';

/** How many jobs one request looks at: to change them, and only to count them. */
const BATCH = 500;
const COUNTED = 5000;

/** Describes an action on matching jobs. */
interface MatchingAction {
  /**
   * The states whose jobs it can change, in the order in which jobs pass through them: none is passed over that gets ready
   * meanwhile. Jobs that wait for others would also fail for those that are removed or cancelled before them.
   */
  readonly statuses: readonly JobStatus[];
  /** Whether it requires a search, and so never acts on all jobs. @default false */
  readonly needsSearch?: boolean;
  /** Changes jobs that are still in the states they were read in; returns how many it changed. */
  readonly act: (queue: IQueue, jobs: readonly Job[], request: MatchingRequest) => Promise<number>;
}

/** Holds what an action needs of its request besides the jobs. */
interface MatchingRequest {
  readonly fields: Fields;
  readonly progress: Progress;
}

/** Retries the failed jobs a search finds, one batch per request. */
export const retryMatching: Action = matching({
  statuses: ['failed'],
  act: (queue, jobs) => inTheirStates(jobs, (params) => retryMany(queue, params)),
});

/** Removes the jobs a search finds that are not active, one batch per request; refuses an empty search. */
export const removeMatching: Action = matching({
  statuses: PASSING_ORDER.filter((status) => status !== 'active'),
  needsSearch: true,
  act: (queue, jobs) => inTheirStates(jobs, (params) => queue.backend.remove(params)),
});

/** Makes the delayed jobs a search finds ready, one batch per request. */
export const promoteMatching: Action = matching({
  statuses: ['delayed'],
  act: (queue, jobs) => queue.backend.promote({ ids: idsOf(jobs) }),
});

/** Cancels the unfinished jobs a search finds, one batch per request. */
export const cancelMatching: Action = matching({
  statuses: ['blocked', 'delayed', 'waiting', 'active'],
  act: (queue, jobs, { fields, progress }) => cancelAll(queue, jobs, fields, progress),
});

/** Acknowledges the failed jobs a search finds, one batch per request. */
export const acknowledgeMatching: Action = matching({
  statuses: ['failed'],
  act: (queue, jobs) => acknowledge(queue, idsOf(jobs)),
});

/**
 * Acts on the jobs a search finds, newest first, one bounded batch per request. The page sends the next
 * request with the cursor of the answer, shows the progress, and stops by sending none. `dryRun` only counts.
 * `limit` is the most jobs it changes. With `before` it skips jobs that failed later and counts them
 * as `again`, so that a slow retry shows when it does not help.
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
    const before = fields.optionalTime('before');
    const found = await searchJobs(queue, query, {
      limit: Number.MAX_SAFE_INTEGER,
      budget: isDryRun && before === undefined ? COUNTED : BATCH,
      cursor: fields.text('cursor'),
      mask: maskFor(query, redactor),
    });
    const isAgain = ({ finishedAt }: Job): boolean =>
      before !== undefined && (finishedAt?.getTime() ?? 0) > before;
    const again = found.jobs.filter(isAgain).length;
    const jobs = found.jobs.filter((job) => !isAgain(job)).slice(0, limit);
    const changed =
      isDryRun || jobs.length === 0 ? 0 : await act(queue, jobs, { fields, progress });
    const { scanned, total, cursor } = found;
    const matched = found.jobs.length;
    const answer = { scanned, matched, total, again, ...(cursor !== undefined && { cursor }) };
    return { changed, answer };
  };
}

function idsOf(jobs: readonly Job[]): readonly string[] {
  return jobs.map(({ id }) => id);
}

/** Retries jobs. One whose key another job holds is left alone: as the only one of a call, a store refuses it. */
async function retryMany(queue: IQueue, params: ChangeParams): Promise<number> {
  try {
    return await queue.backend.retry(params);
  } catch (error) {
    if (params.ids.length === 1 && isJobsError(error, 'JOBS_CONFLICT')) return 0;
    throw error;
  }
}

/** Names jobs to change, and the states in which they were read. */
interface ChangeParams {
  readonly ids: readonly string[];
  readonly statuses: readonly JobStatus[];
}

/** Changes jobs, but none that has left the state it was read in: it may match no longer. */
async function inTheirStates(
  jobs: readonly Job[],
  change: (params: ChangeParams) => Promise<number>,
): Promise<number> {
  let changed = 0;
  for (const [status, ids] of idsByStatus(jobs))
    changed += await change({ ids, statuses: [status] });
  return changed;
}

/** Narrows a search to some states; returns `undefined` when it asks for none of them. */
function within(query: SearchQuery, statuses: readonly JobStatus[]): SearchQuery | undefined {
  if (query.statuses.length === 0) return { ...query, statuses };
  const both = statuses.filter((status) => query.statuses.includes(status));
  return both.length === 0 ? undefined : { ...query, statuses: both };
}
