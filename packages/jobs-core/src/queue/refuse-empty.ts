import { invalidArgument } from '../check/argument.ts';
import type { JobCriteria, JobQuery } from './job-query.ts';
import { queryTags } from './query-tags.ts';

/**
 * Refuses fields of a query for many jobs that say nothing, since they would select as many as if they were left out.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function refuseEmpty({
  tags,
  search,
}: Pick<JobQuery & JobCriteria, 'tags' | 'search'>): void {
  if (tags !== undefined && queryTags(tags).length === 0) {
    throw invalidArgument('tags', 'at least one tag, or left out to match all jobs', tags);
  }
  if (typeof search === 'string' && search.trim() === '') {
    throw invalidArgument('search', 'a search, or left out to match all jobs', search);
  }
}
