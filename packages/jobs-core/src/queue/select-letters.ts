import { checkInteger, checkOptions, checkText, invalidArgument } from '../check/argument.ts';
import { checkId } from '../job/check-name.ts';
import { matchesSearch } from '../search/matches-search.ts';
import { checkNames } from './check-names.ts';
import type { DeadLetter, DeadLetterQuery } from './dead-letters.ts';
import { failedJobOf } from './failed-job-of.ts';
import {
  CRITERIA_NAMES,
  checkCriteria,
  type FilteredJob,
  matchesCriteria,
} from './matches-query.ts';
import { hasTags, queryTags } from './query-tags.ts';
import type { IQueue } from './queue-interface.ts';
import { readSearch } from './read-search.ts';
import { refuseEmpty } from './refuse-empty.ts';

const NAMES = ['fingerprint', 'name', 'tags', 'ids', 'limit', ...CRITERIA_NAMES];

/**
 * Reads a query for the letters of a queue; returns whether it selects a letter. Its search reads the failed job as it
 * was in its own queue.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function selectLetters(
  queue: IQueue,
  query: DeadLetterQuery,
): (letter: DeadLetter) => boolean {
  checkOptions('query', query, NAMES);
  checkText('fingerprint', query.fingerprint);
  refuseEmpty(query);
  checkCriteria(query);
  checkIds(query.ids);
  const { fingerprint, limit } = query;
  if (limit !== undefined && limit !== Number.POSITIVE_INFINITY) {
    checkInteger('limit', limit, { min: 1, max: Number.MAX_SAFE_INTEGER });
  }
  const names = checkNames(query.name);
  const ids = query.ids && new Set(query.ids);
  const tags = queryTags(query.tags);
  const isFound = searchOf(queue, query.search);
  return (letter) =>
    (fingerprint === undefined || letter.fingerprint === fingerprint) &&
    (names?.includes(letter.name) ?? true) &&
    (ids?.has(letter.id) ?? true) &&
    hasTags(letter, tags) &&
    matchesCriteria(failedRecord(letter), query) &&
    isFound(letter);
}

function checkIds(ids: unknown): void {
  if (ids === undefined) return;
  if (!Array.isArray(ids)) throw invalidArgument('ids', 'a list of ids of letters', ids);
  for (const [index, id] of ids.entries()) checkId(`ids[${index}]`, id);
}

function searchOf(queue: IQueue, text: string | undefined): (letter: DeadLetter) => boolean {
  if (text === undefined) return () => true;
  const search = readSearch(text);
  const { queues } = search;
  const now = queue.clock.now();
  return (letter) => {
    if (queues.length > 0 && !queues.includes(letter.queue)) return false;
    return matchesSearch(failedJobOf(queue, letter), search, { now });
  };
}

/** Returns the failed job of a letter as filters read it. */
function failedRecord({ createdAt, failedAt, priority, metadata, error }: DeadLetter): FilteredJob {
  const [created, failed] = [createdAt.getTime(), failedAt.getTime()];
  return { status: 'failed', createdAt: created, finishedAt: failed, priority, metadata, error };
}
