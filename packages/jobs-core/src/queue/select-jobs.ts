import type { JobRecord } from '../contract/job-record.ts';
import type { JobStatus } from '../contract/job-status.ts';
import type { Codec } from '../job/codec.ts';
import { matchesSearch } from '../search/matches-search.ts';
import { checkNames } from './check-names.ts';
import { checkStatuses } from './check-statuses.ts';
import type { JobCriteria, JobQuery } from './job-query.ts';
import { checkCriteria, matchesCriteria } from './matches-query.ts';
import { hasTags, queryTags } from './query-tags.ts';
import { readSearch } from './read-search.ts';
import { searchedJob } from './searched-job.ts';

/** Holds what a query depends on besides its fields. */
export interface QueriedQueue {
  readonly name: string;
  /** The time to which the ages of a search refer, in epoch milliseconds. */
  readonly now: number;
  /** Finds the codec of jobs, since a search reads payloads decoded. */
  readonly codecOf: (jobName: string) => Codec | undefined;
}

/** Says which jobs a query selects: where they are, and how to tell them from others there. */
export interface Selection {
  /** The states to look in, one after the other; without any, the query selects no job. */
  readonly statuses: readonly JobStatus[];
  /** The names of the jobs; absent for all. */
  readonly names?: readonly string[];
  /** The tags that a job must have. */
  readonly tags: readonly string[];
  /** The ids of the jobs, each once; absent when the states are to be read. */
  readonly ids?: readonly string[];
  /** Returns whether the query selects a job, wherever that was found. */
  readonly selects: (record: JobRecord) => boolean;
}

/**
 * Reads a query. Its search narrows what its other fields select.
 *
 * @param all - the states that it may select, in the order in which they are looked in
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function selectJobs(
  query: JobQuery & JobCriteria & { readonly ids?: readonly string[] | undefined },
  all: readonly JobStatus[],
  { name: queueName, now, codecOf }: QueriedQueue,
): Selection {
  checkCriteria(query);
  const asked = query.status === undefined ? all : checkStatuses(query.status);
  const given = { names: checkNames(query.name), tags: queryTags(query.tags) };
  const search = query.search === undefined ? undefined : readSearch(query.search);
  const names = both(given.names, search?.names);
  const ids = both(query.ids, search?.ids);
  const isElsewhere = both([queueName], search?.queues)?.length === 0;
  const searched = both(asked, search?.statuses) ?? [];
  const isNone = isElsewhere || names?.length === 0;
  const statuses = isNone ? [] : all.filter((status) => searched.includes(status));
  const tags = [...new Set([...given.tags, ...(search?.tags ?? [])])];
  const selects = (record: JobRecord): boolean =>
    statuses.includes(record.status) &&
    (names?.includes(record.name) ?? true) &&
    hasTags(record, tags) &&
    matchesCriteria(record, query) &&
    // Last, since it decodes the payload.
    (search === undefined ||
      search.terms.length === 0 ||
      matchesSearch(searchedJob(record, codecOf(record.name)), search, { now }));
  return {
    statuses,
    tags,
    selects,
    ...(names !== undefined && { names }),
    ...(ids !== undefined && { ids: [...new Set(ids)] }),
  };
}

/** Returns what two lists have in common; a list that is absent, or a searched one that is empty, is of all. */
function both<T>(
  given: readonly T[] | undefined,
  searched: readonly T[] = [],
): readonly T[] | undefined {
  if (searched.length === 0) return given;
  return given?.filter((item) => searched.includes(item)) ?? searched;
}
