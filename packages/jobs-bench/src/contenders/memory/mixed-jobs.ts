import { defineJob, type JobDefinition } from '@philjs/jobs-core';

/** The payload of the soak's jobs: enough to distinguish them. */
interface Work {
  readonly index: number;
  readonly text: string;
}

/** Lists jobs without real work that use the features whose state could pile up. */
export function mixedJobs(): readonly JobDefinition<string, Work>[] {
  return [
    defineJob({ name: 'plain', handler: async (work: Work) => ({ length: work.text.length }) }),
    defineJob({
      name: 'reports',
      handler: async (work: Work, ctx) => {
        ctx.log('working on', work.index);
        await ctx.updateProgress(50);
      },
      onComplete: () => undefined,
      onFinally: () => undefined,
    }),
    defineJob({
      name: 'retries',
      attempts: 3,
      backoff: { type: 'fixed', delay: 1 },
      handler: async (_work: Work, ctx) => {
        if (ctx.attempt < 2) throw new Error('not yet');
      },
    }),
    defineJob({
      name: 'fails',
      attempts: 1,
      handler: async (work: Work) => {
        throw new Error(`no luck with ${work.index}`);
      },
    }),
    defineJob({
      name: 'unique',
      deduplicate: (work: Work) => ({ key: `of-${work.index % 50_000}`, ttl: 1000 }),
      handler: async () => undefined,
    }),
    defineJob({ name: 'limited', concurrency: 4, handler: async (_work: Work) => undefined }),
    defineJob({
      name: 'wrapped',
      timeout: 60_000,
      rateLimit: { max: 100_000, per: 1000 },
      middleware: (_payload, _ctx, next) => next(),
      handler: async (_work: Work) => undefined,
    }),
    defineJob({ name: 'later', delay: 5, priority: 5, handler: async (_work: Work) => undefined }),
    defineJob({ name: 'brief', expiresIn: 60_000, handler: async (_work: Work) => undefined }),
    defineJob({
      name: 'snoozes',
      handler: async (_work: Work, ctx) => {
        if (ctx.fencingToken === 1) ctx.snooze(1);
      },
    }),
  ];
}
