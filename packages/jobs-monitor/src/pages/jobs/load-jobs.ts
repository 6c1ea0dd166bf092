import {
  type IQueue,
  isJobsError,
  JOB_STATUSES,
  type JobStatus,
  type QueueStats,
} from '@philjs/jobs-core';
import { parseSearch, type SearchQuery } from '@philjs/jobs-core/internal';
import type { Monitor } from '../../monitor/monitor.ts';
import { maskFor } from '../../search/mask-for.ts';
import {
  type MergedResult,
  mergePages,
  placesOfAway,
  readPlaces,
  searchFrom,
} from '../../search/merged-pages.ts';
import { isPlainSearch, statusesOf } from '../../search/search-jobs.ts';
import { jobRow } from '../job-row.ts';
import { maskedNote } from '../masked-note.ts';
import { type AwayRow, ofEach } from '../of-each.ts';
import type { LoadPage, PageSource } from '../page-source.ts';
import { chosenQueues, countParam, limitParam } from '../params.ts';
import type { JobsData } from './jobs-data.ts';
import { placeKey, placesInLine } from './places-in-line.ts';

const ROWS = 50;
const NOTHING: MergedResult = { jobs: [], scanned: 0, total: 0 };

/**
 * Lists the jobs of a queue, or of all, that a search finds, newest first. Returns a mistake in the search
 * instead of throwing it, and names queues whose store is away.
 */
export const loadJobs: LoadPage<JobsData> = async (source, params) => {
  const { monitor, redactor } = source;
  const search = params.get('q') ?? '';
  const limit = limitParam(params, ROWS);
  const query = read(search, monitor);
  const queues = chosenQueues(monitor, params, 'mistake' in query ? [] : query.queues);
  const { found: counted, away } = await ofEach(monitor, queues, (queue) => queue.getStats());
  const result =
    'mistake' in query
      ? NOTHING
      : await find({ ...source, queues, away }, query, params.get('cursor'), limit);
  const places = await placesInLine(source, result.jobs);
  const note = 'mistake' in query ? undefined : maskedNote(query, redactor);
  const queue = params.get('queue') ?? (monitor.queues.length === 1 ? queues[0]?.name : undefined);
  return {
    ...(queue !== undefined && { queue }),
    counts: Object.fromEntries(counted.map(([{ name }, { total }]) => [name, total])),
    stats: sumOf(counted.map(([, stats]) => stats)),
    away,
    search,
    states: 'mistake' in query ? [] : statesIn(query),
    jobs: result.jobs.map(({ job, queue: of }) => {
      const place = places.get(placeKey(of, job.id));
      return { ...jobRow(job), queue: of, ...(place !== undefined && { place }) };
    }),
    scanned: result.scanned,
    before: countParam(params, 'scanned'),
    total: totalOf(
      query,
      counted.map(([, stats]) => stats),
      result,
    ),
    exact: !('mistake' in query) && isPlainSearch(query),
    counted: !('mistake' in query) && isCounted(query),
    ...(result.cursor !== undefined && { cursor: result.cursor }),
    ...('mistake' in query && query),
    ...(note !== undefined && { note }),
  };
};

/** The queues to look in, and those of them that are known not to answer. */
interface Within extends PageSource {
  readonly queues: readonly IQueue[];
  readonly away: readonly AwayRow[];
}

async function find(
  { monitor, redactor, queues, away }: Within,
  query: SearchQuery,
  cursor: string | undefined,
  limit: number,
): Promise<MergedResult> {
  const places = readPlaces(cursor, queues);
  const mask = maskFor(query, redactor);
  const answering = queues.filter(({ name }) => away.every(({ queue }) => queue !== name));
  const { found, away: lost } = await ofEach(monitor, answering, (queue) =>
    searchFrom(queue, query, places, { limit, mask }),
  );
  const silent = [...away, ...lost].map(({ queue }) => queue);
  // Where no queue answers, the page says so, and a link to go on would lead to the same.
  const kept = found.length === 0 && places === undefined ? {} : placesOfAway(places, silent);
  return mergePages(
    found.map(([{ name }, page]) => [name, page] as const),
    statusesOf(query),
    limit,
    kept,
  );
}

/** Counts the jobs in the states searched, also of queues that previous pages have read to the end. */
function totalOf(
  query: SearchQuery | { readonly mistake: string },
  all: readonly QueueStats[],
  { total }: MergedResult,
): number {
  if ('mistake' in query || query.ids.length > 0) return total;
  const sum = sumOf(all);
  return statesOf(query).reduce((count, status) => count + sum[status], 0);
}

function statesOf({ statuses }: SearchQuery): readonly JobStatus[] {
  return statuses.length > 0 ? statuses : JOB_STATUSES;
}

/** Returns the states in which a search can find jobs: those it names, but for those that it negates. */
function statesIn(query: SearchQuery): readonly JobStatus[] {
  return statesOf(query).filter((status) =>
    query.terms.every(
      ({ kind, terms: [term] = [] }) =>
        kind !== 'not' || term?.kind !== 'status' || term.value !== status,
    ),
  );
}

/** Returns whether a search finds all jobs in its states. */
function isCounted(query: SearchQuery): boolean {
  return isPlainSearch(query) && query.names.length === 0 && query.ids.length === 0;
}

function sumOf(all: readonly QueueStats[]): QueueStats {
  const names = [...JOB_STATUSES, 'total'] as const;
  const sums = names.map((name) => [name, all.reduce((sum, stats) => sum + stats[name], 0)]);
  return Object.fromEntries(sums) as QueueStats;
}

/** Reads a search; one of a queue that is not there is a mistake too, since its list would be empty. */
function read(search: string, monitor: Monitor): SearchQuery | { readonly mistake: string } {
  try {
    const query = parseSearch(search);
    for (const name of query.queues) monitor.getQueue(name);
    return query;
  } catch (error) {
    if (!isJobsError(error)) throw error;
    return { mistake: error.message };
  }
}
