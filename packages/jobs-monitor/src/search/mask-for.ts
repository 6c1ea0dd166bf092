import type { Job } from '@philjs/jobs-core';
import type { Redactor } from '../redact/redactor.ts';
import type { SearchQuery } from './search-query.ts';

/** Masks as much of a job as a search looks at, and a row of a list shows: masking takes its time. */
export function maskFor({ terms }: SearchQuery, redactor: Redactor): (job: Job) => Job {
  const looksInside = terms.some(
    ({ kind }) => kind !== 'group' && kind !== 'attempts' && kind !== 'since',
  );
  return looksInside ? ({ failures, ...job }) => redactor.job(job) : (job) => redactor.row(job);
}
