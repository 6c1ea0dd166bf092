import type { IQueue, Job, JobStatus } from '@philjs/jobs-core';
import { invalidArgument } from '@philjs/jobs-core/backend';
import type { SearchQuery } from '@philjs/jobs-core/internal';
import { type SearchLimits, type SearchResult, searchJobs } from './search-jobs.ts';

/** Says where the next page of several queues begins: each queue's cursor and how many of its rows were shown. */
type Places = { readonly [queue: string]: readonly [cursor: string | null, skip: number] };

/** Describes a job with its queue. */
export interface QueueJob {
  /** The name of the queue. */
  readonly queue: string;
  /** The job. */
  readonly job: Job;
}

/** Holds the jobs a search found in several queues, and how much of them it has read. */
export interface MergedResult {
  /** The jobs that match, newest first within each state. */
  readonly jobs: readonly QueueJob[];
  /** How many jobs it read. */
  readonly scanned: number;
  /** How many jobs are in the searched states of the queues that are not read to their ends. */
  readonly total: number;
  /** Where to go on; absent when everything was seen. */
  readonly cursor?: string;
}

/**
 * Reads the cursor of a page of some queues.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` for one that no page of any of them gave
 */
export function readPlaces(
  cursor: string | undefined,
  queues: readonly IQueue[],
): Places | undefined {
  if (cursor === undefined) return undefined;
  try {
    const places = JSON.parse(cursor) as unknown;
    const isValid =
      typeof places === 'object' &&
      places !== null &&
      Object.values(places).every(
        (place) => Array.isArray(place) && Number.isInteger(place[1]) && place[1] >= 0,
      ) &&
      queues.some(({ name }) => Object.hasOwn(places, name));
    if (isValid) return places as Places;
  } catch {
    // The check below refuses it, like every other cursor that no page gave.
  }
  throw invalidArgument('cursor', 'what a page of these queues led on with', cursor);
}

/** Searches one queue from its place in the cursor; returns nothing for a queue already read to its end. */
export async function searchFrom(
  queue: IQueue,
  query: SearchQuery,
  places: Places | undefined,
  limits: SearchLimits & { readonly limit: number },
): Promise<SearchResult & { readonly from: string | null; readonly skip: number }> {
  const place = places === undefined ? [null, 0] : own(places, queue.name);
  if (place === undefined) return { jobs: [], scanned: 0, total: 0, from: null, skip: 0 };
  const [from, skip] = place as [string | null, number];
  const limit = limits.limit + skip;
  const found = await searchJobs(queue, query, { ...limits, limit, cursor: from ?? undefined });
  return { ...found, from, skip };
}

type Found = Awaited<ReturnType<typeof searchFrom>>;

/** Returns the places of queues that did not answer: the next page goes on there as if this one had not been. */
export function placesOfAway(places: Places | undefined, away: readonly string[]): Places {
  const kept = away.map((queue) => [queue, places ? own(places, queue) : [null, 0]] as const);
  return Object.fromEntries(kept.filter(([, place]) => place !== undefined)) as Places;
}

/** Merges the jobs found in several queues into one order, and cuts the list to a page. */
export function mergePages(
  pages: readonly (readonly [queue: string, found: Found])[],
  order: readonly JobStatus[],
  limit: number,
  kept: Places,
): MergedResult {
  const rows = pages
    .flatMap(([queue, { jobs, skip }]) => jobs.slice(skip).map((job) => ({ queue, job })))
    .sort((a, b) => byState(a.job, b.job, order) || timeOf(b.job) - timeOf(a.job));
  const shown = rows.slice(0, limit);
  const places: { [queue: string]: readonly [string | null, number] } = { ...kept };
  let scanned = 0;
  for (const [queue, { jobs, skip, from, cursor, scanned: read }] of pages) {
    const used = skip + shown.filter((row) => row.queue === queue).length;
    if (used < jobs.length) places[queue] = [from, used];
    else if (cursor !== undefined) places[queue] = [cursor, 0];
    // Rows that were read but not shown are read again by the next page.
    scanned += Math.max(0, read - skip - (jobs.length - used));
  }
  const total = pages.reduce((sum, [, found]) => sum + found.total, 0);
  const isOver = Object.keys(places).length === 0;
  return { jobs: shown, scanned, total, ...(!isOver && { cursor: JSON.stringify(places) }) };
}

function byState(a: Job, b: Job, order: readonly JobStatus[]): number {
  return order.indexOf(a.status) - order.indexOf(b.status);
}

function timeOf({ finishedAt, processedAt, createdAt }: Job): number {
  return (finishedAt ?? processedAt ?? createdAt).getTime();
}

function own<T>(object: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
