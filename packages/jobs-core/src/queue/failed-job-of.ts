import { groupOf } from '../queues/queues.ts';
import { internalsOf } from '../run/queue-internals.ts';
import type { DeadLetter } from './dead-letters.ts';
import type { Job } from './job.ts';
import type { IQueue } from './queue-interface.ts';
import { decodedCopy } from './searched-job.ts';
import { toFailure } from './to-job.ts';

/**
 * Returns the failed job that a dead letter holds as it was in its own queue, for searches and masks. Its payload is decoded
 * where that queue was made together with the one that keeps the letter. How often it was handed out is not known.
 */
export function failedJobOf(keeper: IQueue, letter: DeadLetter): Job {
  const { jobId, name, priority, metadata, version, attemptsMade, maxAttempts, error } = letter;
  const { createdAt, runAt, startedAt, failedAt, tags, timeoutMs, failures } = letter;
  const own = groupOf(keeper).all.find((queue) => queue.name === letter.queue);
  const codec = own && internalsOf(own).codecOf(name);
  return {
    ...{
      id: jobId,
      queueName: letter.queue,
      name,
      status: 'failed',
      priority,
      metadata,
      version,
      attemptsMade,
      maxAttempts,
    },
    ...{
      createdAt,
      runAt,
      finishedAt: failedAt,
      error,
      progress: 0,
      fencingToken: 0,
      stalledCount: 0,
    },
    payload: decodedCopy(codec, letter.payload),
    failures: failures.map(toFailure),
    ...(startedAt !== undefined && { processedAt: startedAt }),
    ...(tags !== undefined && { tags }),
    ...(timeoutMs !== undefined && { timeout: timeoutMs }),
  };
}
