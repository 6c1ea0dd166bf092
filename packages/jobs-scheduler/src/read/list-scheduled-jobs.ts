import type { IQueue } from '@philjs/jobs-core';
import { invalidArgument, type ScheduleStore } from '@philjs/jobs-core/backend';
import { checkId, checkInteger, checkOptions } from '@philjs/jobs-core/internal';
import { readableOf, type StoredSchedule } from '../spec/stored-schedule.ts';
import { type ScheduledJob, toScheduledJob } from './scheduled-job.ts';

/** How many schedules are read from the store at once. */
const PAGE = 1000;

/** Selects the schedules to list. */
export interface ListSchedulesOptions {
  /** Lists only those that `sync` declared for this owner. */
  readonly owner?: string | undefined;
  /**
   * Lists only those in which each of these words occurs: in the id, the name of the job, the owner or the
   * description. Upper and lower case are the same.
   */
  readonly search?: string | undefined;
  /** Continues after an earlier page: its `cursor`. */
  readonly cursor?: string | undefined;
  /** How many to list at most: 1 to 1,000. @default all */
  readonly limit?: number | undefined;
}

/** Lists schedules by id. */
export interface ScheduledJobs extends ReadonlyArray<ScheduledJob> {
  /**
   * Where the next page starts; absent when no more follow. It stays valid while schedules come and go: the next
   * page starts behind the last schedule of this one.
   */
  readonly cursor?: string;
}

/**
 * Lists schedules by id, without those that a later version of this package wrote.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export async function listScheduledJobs(
  queue: IQueue,
  store: ScheduleStore,
  options: ListSchedulesOptions,
  now: number,
): Promise<ScheduledJobs> {
  const { matches, limit, cursor: from } = checkListOptions(options);
  const found: ScheduledJob[] = [];
  let cursor = from;
  do {
    const page = await store.list({ limit: PAGE, ...(cursor !== undefined && { cursor }) });
    for (const record of page.schedules) {
      const schedule = readableOf(record);
      if (schedule?.state.removed !== undefined) continue;
      if (schedule === undefined || !matches(schedule)) continue;
      if (found.length === limit) return withCursor(found);
      found.push(toScheduledJob(queue, schedule, now));
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}

/** Ends a page behind its last schedule: a cursor of the store is an id. */
function withCursor(found: ScheduledJob[]): ScheduledJobs {
  return Object.defineProperty(found, 'cursor', { value: found.at(-1)?.id }) as ScheduledJobs;
}

interface CheckedQuery {
  readonly matches: (schedule: StoredSchedule) => boolean;
  readonly cursor: string | undefined;
  readonly limit: number | undefined;
}

function checkListOptions(options: ListSchedulesOptions): CheckedQuery {
  checkOptions('options', options, ['owner', 'search', 'cursor', 'limit']);
  const { owner, search, cursor, limit } = options;
  if (owner !== undefined) checkId('owner', owner);
  if (cursor !== undefined) checkId('cursor', cursor);
  if (search !== undefined && (typeof search !== 'string' || search.length > 1000)) {
    throw invalidArgument('search', 'a string of up to 1,000 characters', search);
  }
  if (limit !== undefined) checkInteger('limit', limit, { min: 1, max: 1000 });
  const words = (search ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const matches = ({ id, spec }: StoredSchedule): boolean => {
    if (owner !== undefined && spec.declared?.owner !== owner) return false;
    if (words.length === 0) return true;
    const texts = [id, spec.job.name, spec.declared?.owner ?? '', spec.description ?? ''];
    const lower = texts.map((text) => text.toLowerCase());
    return words.every((word) => lower.some((text) => text.includes(word)));
  };
  return { matches, cursor, limit };
}
