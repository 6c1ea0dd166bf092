import { defineJob } from '@philjs/jobs-core';

/** The job that each order enqueues twice. */
export const followUp = defineJob({
  name: 'follow-up',
  handler: async (payload: { step: string }) => payload.step,
});

/** Fails at first, and then enqueues two jobs. */
export const order = defineJob({
  name: 'order',
  attempts: 2,
  backoff: { type: 'fixed', delay: 10 },
  handler: async ({ id }: { id: string }, ctx) => {
    if (ctx.attempt === 1) throw new TypeError(`the bank does not know ${id} yet`);
    const jobs = await ctx.queue.enqueueMany([
      { job: followUp, payload: { step: 'pack' }, options: { jobId: `pack-${id}` } },
      { job: followUp, payload: { step: 'mail' }, options: { jobId: `mail-${id}` } },
    ]);
    return jobs.map((job) => job.id);
  },
});
