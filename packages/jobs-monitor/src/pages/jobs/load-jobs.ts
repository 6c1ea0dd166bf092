import { isJobsError } from '@philjs/jobs-core';
import type { Redactor } from '../../redact/redactor.ts';
import { maskFor } from '../../search/mask-for.ts';
import { type SearchResult, searchJobs } from '../../search/search-jobs.ts';
import { parseSearch, type SearchQuery } from '../../search/search-query.ts';
import { jobRow } from '../job-row.ts';
import type { LoadPage } from '../page-source.ts';
import { chosenQueue, countParam, limitParam } from '../params.ts';
import type { JobsData } from './jobs-data.ts';

const ROWS = 50;
const NOTHING: SearchResult = { jobs: [], scanned: 0, total: 0 };

/** Lists the jobs of a queue that a search finds, newest first. A mistake in it is told, not thrown. */
export const loadJobs: LoadPage<JobsData> = async ({ monitor, redactor }, params) => {
  const queue = chosenQueue(monitor, params);
  const search = params.get('q') ?? '';
  const limit = limitParam(params, ROWS);
  const query = read(search);
  const result =
    'mistake' in query
      ? NOTHING
      : await searchJobs(queue, query, {
          limit,
          cursor: params.get('cursor'),
          mask: maskFor(query, redactor),
        });
  const note = 'mistake' in query ? undefined : unseen(query, redactor);
  return {
    queue: queue.name,
    stats: await queue.getStats(),
    search,
    jobs: result.jobs.map(jobRow),
    scanned: result.scanned,
    before: countParam(params, 'scanned'),
    total: result.total,
    exact: !('mistake' in query) && query.terms.length === 0,
    ...(result.cursor !== undefined && { cursor: result.cursor }),
    ...('mistake' in query && query),
    ...(note !== undefined && { note }),
  };
};

function read(search: string): SearchQuery | { readonly mistake: string } {
  try {
    return parseSearch(search);
  } catch (error) {
    if (isJobsError(error, 'JOBS_INVALID_ARGUMENT')) return { mistake: error.message };
    throw error;
  }
}

/** Says so when a search asks about what is masked: it finds nothing. */
function unseen({ terms }: SearchQuery, redactor: Redactor): string | undefined {
  const masked = terms.find(
    (term) => term.kind === 'payload' && redactor.hides(['payload', ...term.path]),
  );
  if (masked?.kind !== 'payload') return undefined;
  return `payload.${masked.path.join('.')} is masked, so a search cannot see what it is.`;
}
