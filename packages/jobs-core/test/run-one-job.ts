import type { Codec } from '../src/job/codec.ts';
import { defineJob } from '../src/job/define-job.ts';
import type { JobContext } from '../src/job/job-context.ts';
import type { JobOptions } from '../src/job/job-options.ts';
import { settle } from './test-clock.ts';
import { testQueue } from './test-queue.ts';

type Handler = (ctx: JobContext, test: ReturnType<typeof testQueue>) => unknown;

/** Runs one job of a queue, until it waits for something. */
export async function runOneJob(
  handler: Handler,
  options: JobOptions<unknown, unknown> & { readonly codec?: Codec } = {},
  queue: { parts?: boolean } = {},
) {
  const test = testQueue(queue);
  const backoff = { type: 'fixed', delay: 0 } as const;
  const handle = (_payload: unknown, ctx: JobContext) => handler(ctx, test) as never;
  const job = defineJob({ name: 'work', attempts: 1, backoff, handler: handle, ...options });
  const { id } = await test.queue.enqueue(job, undefined);
  await test.queue.process();
  await settle();
  const callsOf = (name: string) => test.backend.calls.filter((call) => call === name).length;
  return { ...test, id, callsOf, stored: async () => (await test.queue.getJob(id))! };
}
