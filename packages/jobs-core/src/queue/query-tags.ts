import { checkTag, checkTags } from '../job/check-tags.ts';
import type { JobQuery } from './job-query.ts';

/**
 * Reads the tags of a query, of which a job must have all.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function queryTags(tags: JobQuery['tags']): readonly string[] {
  if (tags === undefined) return [];
  return typeof tags === 'string' ? [checkTag('tags', tags)] : checkTags('tags', tags);
}

/** Returns whether a job has all tags of a query. */
export function hasTags(
  job: { readonly tags?: readonly string[] },
  wanted: readonly string[],
): boolean {
  return wanted.every((tag) => job.tags?.includes(tag) ?? false);
}
