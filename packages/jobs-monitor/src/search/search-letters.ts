import { deadLetters, type IQueue } from '@philjs/jobs-core';
import { failedJobOf, type SearchQuery, TurnTaker } from '@philjs/jobs-core/backend';
import type { Redactor } from '../redact/redactor.ts';
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
  const ids: string[] = [];
  const turns = new TurnTaker();
  for (const letter of await deadLetters(queue).list({ limit })) {
    await turns.take();
    if (queues.length > 0 && !queues.includes(letter.queue)) continue;
    if (foundJob(failedJobOf(queue, letter), query, now, mask) !== undefined) ids.push(letter.id);
  }
  return ids;
}
