import { parseSearch } from '@philjs/jobs-core/internal';
import type { PageParams } from '../../pages/page-source.ts';
import type { PageName } from '../../view/page-name.ts';

/** How many intervals pass between two readings of a page: the more a reading costs, the more. */
const PACES: { readonly [page in PageName]: number } = {
  overview: 1,
  job: 1,
  workflow: 2,
  jobs: 1,
  schedules: 2,
  workers: 2,
  enqueue: 5,
  failures: 5,
  'dead-letters': 5,
  metrics: 5,
};
/** The intervals of a search that looks into jobs, which reads thousands of them. */
const SEARCHING = 5;

/** Returns how many intervals pass between two readings of a page. */
export function paceOf(page: PageName, params: PageParams): number {
  return page === 'jobs' && looksInside(params.get('q') ?? '') ? SEARCHING : PACES[page];
}

function looksInside(search: string): boolean {
  try {
    return parseSearch(search).terms.length > 0;
  } catch {
    // The search is invalid, so nothing is searched.
    return false;
  }
}
