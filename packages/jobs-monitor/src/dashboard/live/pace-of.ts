import type { PageParams } from '../../pages/page-source.ts';
import { parseSearch } from '../../search/search-query.ts';
import type { PageName } from '../../view/page-name.ts';

/** How many intervals pass between two readings of a page: the dearer it is to read, the more. */
const PACES: { readonly [page in PageName]: number } = {
  overview: 1,
  job: 1,
  jobs: 1,
  schedules: 2,
  workers: 2,
  failures: 5,
  metrics: 5,
};
/** A search that has to look into jobs reads thousands of them. */
const SEARCHING = 5;

/** Tells how many intervals pass between two readings of a page. */
export function paceOf(page: PageName, params: PageParams): number {
  return page === 'jobs' && looksInside(params.get('q') ?? '') ? SEARCHING : PACES[page];
}

function looksInside(search: string): boolean {
  try {
    return parseSearch(search).terms.length > 0;
  } catch {
    // It cannot be read, so nothing is searched.
    return false;
  }
}
