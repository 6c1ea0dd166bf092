import type { Job } from '@philjs/jobs-core';
import type { Redactor } from '../redact/redactor.ts';
import type { SearchQuery, SearchTerm } from './search-query.ts';

/** Conditions that what a row shows is enough for. */
const PLAIN: ReadonlySet<SearchTerm['kind']> = new Set([
  ...([
    'group',
    'attempts',
    'since',
    'older',
    'priority',
    'status',
    'name',
    'id',
    'code',
    'worker',
  ] as const),
]);

/** Masks as much of a job as a search looks at, and a row of a list shows: masking takes its time. */
export function maskFor({ terms }: SearchQuery, redactor: Redactor): (job: Job) => Job {
  // Which worker ran an attempt stands with its failure; its error is not looked at.
  const mask = terms.some(looksInside)
    ? ({ failures: _, ...job }: Job): Job => redactor.job(job)
    : (job: Job): Job => redactor.row(job);
  return (job) => ({ ...mask(job), ...(job.failures && { failures: workersOf(job) }) });
}

/** Leaves of failures what no mask is needed for. */
function workersOf({ failures = [] }: Job): NonNullable<Job['failures']> {
  return failures.map((failure) => ({ ...failure, error: { name: '', message: '' } }));
}

function looksInside(term: SearchTerm): boolean {
  if (term.kind === 'not') return looksInside(term.term);
  return term.kind === 'any' ? term.terms.some(looksInside) : !PLAIN.has(term.kind);
}
