import type { Job } from '@philjs/jobs-core';
import { matchesSearch, type SearchQuery } from '@philjs/jobs-core/internal';
import { groupKey } from '../failures/failure-group.ts';

/** Returns whether a job matches a search, including its state and name, and its group of failures. */
export function matchesJob(job: Job, query: SearchQuery, now: number): boolean {
  return matchesSearch(job, query, { now, groupOf: groupKey });
}
