import type { Job } from '@philjs/jobs-core';
import type { SearchQuery, SearchTerm } from '@philjs/jobs-core/internal';
import type { Redactor } from '@philjs/jobs-core/redact';

/** The conditions that need more than the fields of a list's row. */
const INSIDE: ReadonlySet<SearchTerm['kind']> = new Set(['text', 'error', 'payload', 'metadata']);

/** Masks only the parts of a job that a search reads and a row of a list shows, because masking takes time. */
export function maskFor({ terms }: SearchQuery, redactor: Redactor): (job: Job) => Job {
  // The worker of an attempt is stored with its failure; the search does not read the error.
  const mask = terms.some(looksInside)
    ? ({ failures: _, ...job }: Job): Job => redactor.job(job)
    : (job: Job): Job => redactor.row(job);
  return (job) => ({ ...mask(job), ...(job.failures && { failures: workersOf(job) }) });
}

/** Reduces failures to the fields that need no mask. */
function workersOf({ failures = [] }: Job): NonNullable<Job['failures']> {
  return failures.map((failure) => ({ ...failure, error: { name: '', message: '' } }));
}

function looksInside({ kind, terms }: SearchTerm): boolean {
  return terms?.some(looksInside) ?? INSIDE.has(kind);
}
