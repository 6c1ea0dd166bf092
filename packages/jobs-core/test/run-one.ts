import { defineJob } from '../src/job/define-job.ts';
import type { JobContext } from '../src/job/job-context.ts';
import type { JobOptions } from '../src/job/job-options.ts';
import type { Job } from '../src/queue/job.ts';
import type { JobDefinitions } from '../src/queue/known-jobs.ts';
import { settle } from './test-clock.ts';
import { type TestQueue, testQueue } from './test-queue.ts';

type Handler = (payload: unknown, ctx: JobContext) => unknown;

/** A queue that has run one job, and that job as it is stored. */
export interface RunOne extends TestQueue<JobDefinitions> {
  readonly id: string;
  readonly stored: () => Promise<Job>;
}

/** Runs one job until nothing changes any more. */
export async function runOne(
  handler: Handler,
  options: JobOptions<unknown, unknown> = {},
  enqueue = {},
): Promise<RunOne> {
  const test = testQueue();
  const job = defineJob({ name: 'work', attempts: 3, handler: handler as () => never, ...options });
  const { id } = await test.queue.enqueue(job, undefined, enqueue);
  await test.queue.process();
  await settle();
  return { ...test, id, stored: async () => (await test.queue.getJob(id)) as Job };
}

/** Settles never. */
export function never(): Promise<never> {
  return new Promise(() => undefined);
}
