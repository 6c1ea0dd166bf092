import type { SearchQuery } from './search-query.ts';
import type { SearchContext } from './search-term.ts';
import type { SearchedJob } from './searched-text.ts';

/** Returns whether a job matches a search, whose queues are not compared. */
export function matchesSearch(
  job: SearchedJob,
  query: SearchQuery,
  context: SearchContext,
): boolean {
  const { statuses, names, tags, ids, terms } = query;
  return (
    (statuses.length === 0 || statuses.includes(job.status)) &&
    (names.length === 0 || names.includes(job.name)) &&
    tags.every((tag) => job.tags?.includes(tag)) &&
    (ids.length === 0 || ids.includes(job.id)) &&
    terms.every(({ holds }) => holds(job, context))
  );
}
