import type { Job, JobDefinition, Queue } from '@philjs/jobs-core';
import { createQueue, type InMemoryQueueOptions } from '@philjs/jobs-memory';
import { onTestFinished } from 'vitest';
import { quiet } from './acting.ts';

/** Starts a queue in memory that ends with the test. */
export async function working(
  job: JobDefinition,
  options: Partial<InMemoryQueueOptions> = {},
): Promise<Queue> {
  const queue = createQueue({ jobs: [job], logger: quiet, concurrency: 10, ...options }) as Queue;
  onTestFinished(() => queue.close({ timeout: 0 }));
  await queue.process();
  return queue;
}

/** Runs a job to its end. */
export async function ended(queue: Queue, job: JobDefinition, payload: unknown): Promise<Job> {
  const { id } = await queue.enqueue(job, payload);
  await queue.waitFor(id).catch(() => undefined);
  return (await queue.getJob(id)) as Job;
}
