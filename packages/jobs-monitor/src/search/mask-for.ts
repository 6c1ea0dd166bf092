import type { Job } from '@philjs/jobs-core';
import type { Redactor } from '../redact/redactor.ts';
import type { SearchQuery, SearchTerm } from './search-query.ts';

/** Conditions that what a row shows is enough for. */
const PLAIN: ReadonlySet<SearchTerm['kind']> = new Set([
  ...(['group', 'attempts', 'since', 'older', 'priority', 'status', 'name', 'id', 'code'] as const),
]);

/** Masks as much of a job as a search looks at, and a row of a list shows: masking takes its time. */
export function maskFor({ terms }: SearchQuery, redactor: Redactor): (job: Job) => Job {
  return terms.some(looksInside)
    ? ({ failures, ...job }) => redactor.job(job)
    : (job) => redactor.row(job);
}

function looksInside(term: SearchTerm): boolean {
  if (term.kind === 'not') return looksInside(term.term);
  return term.kind === 'any' ? term.terms.some(looksInside) : !PLAIN.has(term.kind);
}
