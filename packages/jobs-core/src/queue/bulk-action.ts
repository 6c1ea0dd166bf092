import {
  checkFlag,
  checkFunction,
  checkInteger,
  checkOptions,
  checkSignal,
  invalidArgument,
} from '../check/argument.ts';
import type { Backend } from '../contract/backend.ts';
import type { JobRecord } from '../contract/job-record.ts';
import type { JobStatus } from '../contract/job-status.ts';
import { checkId } from '../job/check-name.ts';
import { checkNames } from './check-names.ts';
import { checkStatuses } from './check-statuses.ts';
import type { BulkQuery } from './job-query.ts';
import { CRITERIA_NAMES, checkCriteria, matchesCriteria } from './matches-query.ts';
import { hasTags, queryTags } from './query-tags.ts';

const PAGE = 500;

/** Describes a bulk action, and the states it applies to. */
export interface BulkAction {
  readonly query: BulkQuery;
  /** The states it may act on, one after the other. */
  readonly statuses: readonly JobStatus[];
  readonly backend: Backend;
  /** Changes a batch; returns how many it changed. */
  readonly act: (ids: readonly string[]) => Promise<number>;
}

/**
 * Acts on all jobs that match, in batches, newest first: jobs that return to a list meanwhile are placed before the
 * current position, so the action ends.
 */
export async function runBulkAction({
  query,
  statuses,
  backend,
  act,
}: BulkAction): Promise<number> {
  checkBulkQuery(query);
  const wanted = query.status === undefined ? statuses : checkStatuses(query.status);
  const acting = statuses.filter((status) => wanted.includes(status));
  if (acting.length === 0) return 0;
  const tags = queryTags(query.tags);
  const progress = { scanned: 0, matched: 0, changed: 0 };
  const limit = query.limit ?? Number.POSITIVE_INFINITY;
  for await (const page of pages(query, acting, backend)) {
    if (query.signal?.aborted) break;
    const ids = page
      .filter((record) => hasTags(record, tags) && matchesCriteria(record, query))
      .slice(0, limit - progress.matched)
      .map(({ id }) => id);
    progress.scanned += page.length;
    progress.matched += ids.length;
    if (query.dryRun) progress.changed += ids.length;
    else if (ids.length > 0) progress.changed += await act(ids);
    await query.onProgress?.({ ...progress });
    if (progress.matched >= limit) break;
  }
  return progress.changed;
}

async function* pages(
  query: BulkQuery,
  statuses: readonly JobStatus[],
  backend: Backend,
): AsyncGenerator<readonly JobRecord[]> {
  if (query.ids !== undefined) {
    for (let start = 0; start < query.ids.length; start += PAGE) {
      const ids = query.ids.slice(start, start + PAGE);
      const records = await Promise.all(ids.map((id) => backend.get({ id })));
      const found = records.filter((record) => record !== undefined);
      const names = checkNames(query.name);
      yield found.filter(
        ({ status, name }) => statuses.includes(status) && (names?.includes(name) ?? true),
      );
    }
    return;
  }
  const names = checkNames(query.name);
  const tags = queryTags(query.tags);
  let cursor: string | undefined;
  do {
    const page = await backend.list({
      statuses,
      order: 'newest',
      limit: PAGE,
      ...(names !== undefined && { names }),
      ...(tags.length > 0 && { tags }),
      ...(cursor !== undefined && { cursor }),
    });
    yield page.jobs;
    cursor = page.cursor;
  } while (cursor !== undefined);
}

function checkBulkQuery(query: BulkQuery): void {
  const known = ['status', 'name', 'tags', 'ids', 'limit', 'dryRun', 'onProgress', 'signal'];
  checkOptions('query', query, [...known, ...CRITERIA_NAMES]);
  for (const field of ['status', 'name', 'tags', 'ids', ...CRITERIA_NAMES]) {
    if (field in query && query[field as keyof BulkQuery] === undefined) {
      throw invalidArgument(field, 'given, or left out to match all jobs', undefined);
    }
  }
  if (query.tags !== undefined && queryTags(query.tags).length === 0) {
    throw invalidArgument('tags', 'at least one tag, or left out to match all jobs', query.tags);
  }
  checkCriteria(query);
  if (query.limit !== undefined) {
    checkInteger('limit', query.limit, { min: 1, max: Number.MAX_SAFE_INTEGER });
  }
  if (query.ids !== undefined && !Array.isArray(query.ids)) {
    throw invalidArgument('ids', 'an array of job ids', query.ids);
  }
  query.ids?.forEach((id, index) => {
    checkId(`ids[${index}]`, id);
  });
  checkNames(query.name);
  checkFlag('dryRun', query.dryRun);
  checkFunction('onProgress', query.onProgress);
  checkSignal('signal', query.signal);
}
