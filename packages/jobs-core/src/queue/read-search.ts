import { invalidArgument } from '../check/argument.ts';
import { parseSearch, type SearchQuery } from '../search/search-query.ts';
import type { SearchTerm } from '../search/search-term.ts';

/**
 * Reads the search of a query. One for a group of failures is refused: groups are of masked errors, and only the monitor
 * masks.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function readSearch(search: unknown): SearchQuery {
  if (typeof search !== 'string') throw invalidArgument('search', 'a string', search);
  const query = parseSearch(search);
  if (!query.terms.some(namesGroup)) return query;
  throw invalidArgument(
    'search',
    'text without `group:`, since a queue does not group failures',
    search,
    'The dashboard, the command line and `searchJobs` of `@philjs/jobs-monitor` find a group.',
  );
}

function namesGroup({ kind, terms }: SearchTerm): boolean {
  return terms?.some(namesGroup) ?? kind === 'group';
}
