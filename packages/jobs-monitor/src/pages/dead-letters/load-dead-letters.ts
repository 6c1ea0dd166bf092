import { type DeadLetterGroup, type IQueue, isJobsError } from '@philjs/jobs-core';
import { DEAD_LETTER, parseSearch, type SearchQuery } from '@philjs/jobs-core/internal';
import type { Redactor } from '@philjs/jobs-core/redact';
import { searchLetters } from '../../search/search-letters.ts';
import { maskedNote } from '../masked-note.ts';
import { ofEach } from '../of-each.ts';
import type { LoadPage } from '../page-source.ts';
import { chosenQueues } from '../params.ts';
import type { DeadLettersData, LetterGroup } from './dead-letters-data.ts';

/** How many letters of a queue the page reads: the latest. */
export const READ = 2000;
/** How many letters are read at once. */
const AT_ONCE = 100;
/** The longest error that a row shows, in characters. */
const MAX_ERROR = 500;

/** Groups the latest dead letters of each queue that keeps some, or those of them that a search finds. */
export const loadDeadLetters: LoadPage<DeadLettersData> = async ({ monitor, redactor }, params) => {
  const chosen = params.get('queue');
  const search = params.get('q') ?? '';
  const query = read(search);
  const isMistaken = 'mistake' in query;
  const note = isMistaken ? undefined : maskedNote(query, redactor);
  const queues = chosenQueues(monitor, params);
  const { found, away } = await ofEach(monitor, queues, async (queue) =>
    !isMistaken && (await keepsLetters(queue))
      ? latest(queue, query, redactor)
      : { groups: [], isPartly: false },
  );
  const all = found.flatMap(([queue, { groups }]) => groups.map((one) => [queue, one] as const));
  const rows: LetterGroup[] = [];
  for (let start = 0; start < all.length; start += AT_ONCE) {
    const some = all.slice(start, start + AT_ONCE);
    rows.push(...(await Promise.all(some.map((one) => rowOf(...one, redactor)))));
  }
  return {
    ...(chosen !== undefined && { queue: chosen }),
    away,
    search,
    ...(isMistaken && query),
    ...(note !== undefined && { note }),
    partly: found.filter(([, { isPartly }]) => isPartly).map(([{ name }]) => name),
    groups: rows.sort((a, b) => b.count - a.count || b.lastAt - a.lastAt),
  };
};

/** Reads a search; a mistake in it is shown. */
function read(search: string): SearchQuery | { readonly mistake: string } {
  try {
    return parseSearch(search);
  } catch (error) {
    if (!isJobsError(error)) throw error;
    return { mistake: error.message };
  }
}

/** Groups the latest letters of a queue, or those of them that a search finds; says whether there are others. */
async function latest(
  queue: IQueue,
  query: SearchQuery,
  redactor: Redactor,
): Promise<{ readonly groups: readonly DeadLetterGroup[]; readonly isPartly: boolean }> {
  const isAll = Object.values(query).every((part: readonly unknown[]) => part.length === 0);
  const ids = isAll ? undefined : await searchLetters(queue, query, redactor, READ);
  // All of these are among the latest: reading ends with the last of them.
  const limit = ids?.length ?? READ;
  const groups = limit === 0 ? [] : await queue.groups({ limit, ids });
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  const isPartly = isAll ? count >= READ : (await queue.getStats()).delayed > READ;
  return { groups, isPartly };
}

/** Looks at one delayed job. Letters are due last of all, so they are the newest in that order. */
async function keepsLetters(queue: IQueue): Promise<boolean> {
  const { jobs } = await queue.getJobs({ status: 'delayed', order: 'newest', limit: 1 });
  return jobs[0]?.name === DEAD_LETTER;
}

/** Makes a row; masks in the error the secrets of its letter. */
async function rowOf(
  queue: IQueue,
  group: DeadLetterGroup,
  redactor: Redactor,
): Promise<LetterGroup> {
  const { fingerprint, name, count, firstAt, lastAt, ids, error } = group;
  const text = `${error.code ?? error.name}: ${error.message === '' ? 'no message' : error.message}`;
  const [sampleId = ''] = ids;
  const letter = await queue.getJob(sampleId);
  const told = letter === undefined ? redactor.text(text) : redactor.about(letter, text);
  return {
    ...{ queue: queue.name, fingerprint, name, count },
    firstAt: firstAt.getTime(),
    lastAt: lastAt.getTime(),
    error: told.slice(0, MAX_ERROR),
    sampleId,
  };
}
