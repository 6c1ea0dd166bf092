import type { IQueue } from '@philjs/jobs-core';
import { failedJobOf, lettersOf, type SearchQuery, takeTurn } from '@philjs/jobs-core/internal';
import type { Redactor } from '@philjs/jobs-core/redact';
import { foundJob } from './search-jobs.ts';

/**
 * Searches the dead letters of a queue for failed jobs, as they were in their own queues and as the redactor shows them;
 * returns the ids of the letters, the latest first. Reads all letters of the queue, or the latest ones up to a limit.
 *
 * @throws JobsError as `IQueue.getJobs`
 */
export async function searchLetters(
  queue: IQueue,
  query: SearchQuery,
  redactor: Redactor,
  limit?: number,
): Promise<readonly string[]> {
  const { queues } = query;
  const now = queue.clock.now();
  const mask = redactor.job.bind(redactor);
  const found: { readonly id: string; readonly at: number }[] = [];
  let read = 0;
  for await (const letter of lettersOf(queue)) {
    await takeTurn();
    const { id, failedAt } = letter;
    const isWanted = queues.length === 0 || queues.includes(letter.queue);
    if (isWanted && foundJob(failedJobOf(queue, letter), query, now, mask) !== undefined) {
      found.push({ id, at: failedAt.getTime() });
    }
    read += 1;
    if (read === limit) break;
  }
  return found.toSorted((a, b) => b.at - a.at).map(({ id }) => id);
}
