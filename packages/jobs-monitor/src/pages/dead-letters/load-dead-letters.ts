import type { DeadLetterGroup, IQueue } from '@philjs/jobs-core';
import { DEAD_LETTER } from '@philjs/jobs-core/backend';
import type { Redactor } from '../../redact/redactor.ts';
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

/** Groups the latest dead letters of each queue that keeps some. */
export const loadDeadLetters: LoadPage<DeadLettersData> = async ({ monitor, redactor }, params) => {
  const chosen = params.get('queue');
  const queues = chosenQueues(monitor, params);
  const { found, away } = await ofEach(monitor, queues, async (queue) =>
    (await keepsLetters(queue)) ? queue.groups({ limit: READ }) : [],
  );
  const sum = (groups: readonly DeadLetterGroup[]): number =>
    groups.reduce((all, { count }) => all + count, 0);
  const all = found.flatMap(([queue, groups]) => groups.map((group) => [queue, group] as const));
  const rows: LetterGroup[] = [];
  for (let start = 0; start < all.length; start += AT_ONCE) {
    const some = all.slice(start, start + AT_ONCE);
    rows.push(...(await Promise.all(some.map((one) => rowOf(...one, redactor)))));
  }
  return {
    ...(chosen !== undefined && { queue: chosen }),
    away,
    partly: found.filter(([, groups]) => sum(groups) >= READ).map(([{ name }]) => name),
    groups: rows.sort((a, b) => b.count - a.count || b.lastAt - a.lastAt),
  };
};

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
