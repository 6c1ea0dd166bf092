import type { IQueue, Job, JobStatus } from '@philjs/jobs-core';
import {
  type JobToEnd,
  PASSING_ORDER,
  parseSearch,
  type SearchQuery,
} from '@philjs/jobs-core/internal';
import { type Redactor, searchJobs } from '@philjs/jobs-monitor';
import { maskedField } from '@philjs/jobs-monitor/internal';
import type { CommandContext } from './command-context.ts';
import { UsageError } from './usage-error.ts';

/** The jobs a search found, and their queue. */
export interface FoundIn<T> {
  readonly queue: IQueue;
  readonly found: T;
}

/**
 * Searches the queue that is named, or all of them; answers what was found in the only one that has jobs that
 * match, or in the first where none has.
 *
 * @throws UsageError when several have some, or a queue that is named is not there
 */
export async function searchIn<T>(
  { queues }: CommandContext,
  name: string | undefined,
  search: (queue: IQueue) => Promise<T>,
  isEmpty: (found: T) => boolean,
): Promise<FoundIn<T>> {
  const all: FoundIn<T>[] = [];
  for (const queue of queues.some(name)) all.push({ queue, found: await search(queue) });
  const [only = all[0], ...more] = all.filter(({ found }) => !isEmpty(found));
  if (only !== undefined && more.length === 0) return only;
  const having = [only, ...more].map((one) => one?.queue.name).join(', ');
  throw new UsageError(`Jobs of several queues match (${having}); say which with --queue NAME`);
}

/**
 * Reads a search for jobs.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`; UsageError when it names a queue that is not there
 */
export function readSearch(context: CommandContext, search: string): SearchQuery {
  const query = readAnySearch(context, search);
  for (const name of query.queues) context.queues.one(name);
  return query;
}

/**
 * Reads a search, of any queues. Notes where it asks for a masked field, since it finds nothing there.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function readAnySearch({ output, redactor }: CommandContext, search: string): SearchQuery {
  const query = parseSearch(search);
  const field = maskedField(query, redactor);
  if (field !== undefined) {
    const name = output.hostile(field);
    output.note(`${name} is masked, so a search cannot see what it is; with --reveal it can`);
  }
  return query;
}

/**
 * Finds all jobs that match a search, each with the state in which it was found first, and shows its progress if that takes long. A search that
 * names no state uses the given ones, or all. They come in the order in which jobs pass through the states, so jobs that
 * wait for others are changed before those.
 */
export async function findMatching(
  { output, redactor }: CommandContext,
  queue: IQueue,
  parsed: SearchQuery,
  statuses?: readonly JobStatus[],
): Promise<readonly JobToEnd[]> {
  const query = within(parsed, statuses);
  // A job that moves on meanwhile is found twice.
  const matching = new Map<string, JobToEnd>();
  let scanned = 0;
  let cursor: string | undefined;
  do {
    const found = await searchJobs(queue, query, {
      cursor,
      limit: Number.MAX_SAFE_INTEGER,
      mask: maskFor(query, redactor),
    });
    for (const { id, status } of found.jobs) {
      if (!matching.has(id)) matching.set(id, { id, status });
    }
    scanned += found.scanned;
    cursor = found.cursor;
    if (cursor !== undefined)
      output.note(`Looked at ${scanned} of ${found.total}, ${matching.size} match`);
  } while (cursor !== undefined);
  return [...matching.values()];
}

/**
 * Finds those of at most 200 jobs that still match the search that found them; they are not masked. A search of many jobs takes its time, and so
 * does the answer to a question.
 */
export async function stillMatching(
  { redactor }: CommandContext,
  queue: IQueue,
  ids: readonly string[],
  parsed: SearchQuery,
  statuses?: readonly JobStatus[],
): Promise<readonly Job[]> {
  const query = { ...within(parsed, statuses), ids };
  return (await searchJobs(queue, query, { mask: maskFor(query, redactor) })).jobs;
}

/** Returns the mask by which a search finds jobs, of which none is shown: none where it looks into no job. */
function maskFor(query: SearchQuery, redactor: Redactor): ((job: Job) => Job) | undefined {
  const isPlain = query.terms.length === 0 && query.tags.length === 0;
  return isPlain ? undefined : (job) => redactor.job(job);
}

/** Narrows a search that names no state to some, and sorts them. */
function within(query: SearchQuery, statuses: readonly JobStatus[] = PASSING_ORDER): SearchQuery {
  const wanted = query.statuses.length > 0 ? query.statuses : statuses;
  return { ...query, statuses: PASSING_ORDER.filter((status) => wanted.includes(status)) };
}
