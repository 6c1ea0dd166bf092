import type { Explanation, IQueue, Job, LogLine } from '@philjs/jobs-core';

/** Describes a job with its log, its timings, and why it is not running. */
export interface JobDetail extends Job {
  /** The queue it is in. */
  readonly queueName: string;
  /** How many attempts ended so far. */
  readonly retries: number;
  /** How long it had been ready when its latest attempt started, in milliseconds. */
  readonly waitTime?: number;
  /** How long its latest attempt ran, in milliseconds. */
  readonly duration?: number;
  /** The last lines its handler logged, at most 1,000; absent when the backend keeps no logs. */
  readonly logs?: readonly LogLine[];
  /** Why it is not running. */
  readonly explanation: Explanation;
}

/** Reads a job with its log and why it is not running; returns `undefined` when the queue does not have it. */
export async function readJobDetail(queue: IQueue, id: string): Promise<JobDetail | undefined> {
  const job = await queue.getJob(id);
  if (job === undefined) return undefined;
  const [log, explanation] = await Promise.all([
    queue.backend.logs === undefined ? undefined : queue.getLogs(id),
    queue.explain(id),
  ]);
  const { processedAt, finishedAt, runAt } = job;
  return {
    ...job,
    queueName: queue.name,
    retries: job.attemptsMade,
    ...(processedAt && { waitTime: Math.max(0, processedAt.getTime() - runAt.getTime()) }),
    ...(processedAt &&
      finishedAt && { duration: Math.max(0, finishedAt.getTime() - processedAt.getTime()) }),
    ...(log && { logs: log.lines }),
    explanation,
  };
}
