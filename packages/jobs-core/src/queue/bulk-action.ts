import {
  checkFlag,
  checkFunction,
  checkInteger,
  checkOptions,
  checkSignal,
  invalidArgument,
} from '../check/argument.ts';
import { TurnTaker } from '../clock/turn-taker.ts';
import type { Backend } from '../contract/backend.ts';
import type { JobRecord } from '../contract/job-record.ts';
import type { JobStatus } from '../contract/job-status.ts';
import { checkId } from '../job/check-name.ts';
import type { BulkQuery } from './job-query.ts';
import { firstOf, listParams } from './list-matching.ts';
import { CRITERIA_NAMES } from './matches-query.ts';
import { refuseEmpty } from './refuse-empty.ts';
import { type QueriedQueue, type Selection, selectJobs } from './select-jobs.ts';

const PAGE = 500;

/** Describes a bulk action, and the states it applies to. */
export interface BulkAction {
  readonly query: BulkQuery;
  /** The states it may act on, one after the other. */
  readonly statuses: readonly JobStatus[];
  readonly backend: Backend;
  readonly queue: QueriedQueue;
  /** Changes a batch; returns how many it changed. `selects` tells whether a job that it reads again still matches. */
  readonly act: (ids: readonly string[], selects: Selection['selects']) => Promise<number>;
}

/**
 * Acts on all jobs that match, in batches, newest first: jobs that return to a list meanwhile are placed before the
 * current position, so the action ends. Lets other work of its process run meanwhile, as a store may answer at once.
 */
export async function runBulkAction({
  query,
  statuses,
  backend,
  queue,
  act,
}: BulkAction): Promise<number> {
  checkBulkQuery(query);
  const selection = selectJobs(query, statuses, queue);
  const progress = { scanned: 0, matched: 0, changed: 0 };
  const limit = query.limit ?? Number.POSITIVE_INFINITY;
  if (selection.statuses.length === 0) return 0;
  const turns = new TurnTaker();
  for await (const page of pages(selection, backend)) {
    const { found } = await firstOf(page, selection, limit - progress.matched, turns);
    if (query.signal?.aborted) break;
    const ids = found.map(({ id }) => id);
    progress.scanned += page.length;
    progress.matched += ids.length;
    if (query.dryRun) progress.changed += ids.length;
    else if (ids.length > 0) progress.changed += await act(ids, selection.selects);
    await query.onProgress?.({ ...progress });
    if (progress.matched >= limit) break;
  }
  return progress.changed;
}

async function* pages(
  selection: Selection,
  backend: Backend,
): AsyncGenerator<readonly JobRecord[]> {
  const { ids } = selection;
  if (ids !== undefined) {
    for (let start = 0; start < ids.length; start += PAGE) {
      const some = ids.slice(start, start + PAGE);
      const records = await Promise.all(some.map((id) => backend.get({ id })));
      yield records.filter((record) => record !== undefined);
    }
    return;
  }
  let cursor: string | undefined;
  do {
    const page = await backend.list(
      listParams(selection, { order: 'newest', limit: PAGE, cursor }),
    );
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
  refuseEmpty(query);
  if (query.limit !== undefined) {
    checkInteger('limit', query.limit, { min: 1, max: Number.MAX_SAFE_INTEGER });
  }
  if (query.ids !== undefined && !Array.isArray(query.ids)) {
    throw invalidArgument('ids', 'an array of job ids', query.ids);
  }
  query.ids?.forEach((id, index) => {
    checkId(`ids[${index}]`, id);
  });
  checkFlag('dryRun', query.dryRun);
  checkFunction('onProgress', query.onProgress);
  checkSignal('signal', query.signal);
}
