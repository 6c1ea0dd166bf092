import { defineJob, type Job, type JobContext, type Middleware } from '@philjs/jobs-core';
import { expect } from 'vitest';
import { expectCode } from '../../suite/expect-code.ts';
import type { QueueGroup } from '../queue-group.ts';

const codeOf = (error: unknown): unknown => (error as { readonly code?: unknown }).code;

/** Hooks and middleware run where they were promised to. */
export const hooking: QueueGroup = {
  title: 'hooks and middleware',
  tests: (test) => {
    test('calls the hooks of a job that completes, in order', async (trial) => {
      const calls: unknown[] = [];
      const hooked = defineJob({
        name: 'hooked',
        onBefore: (payload: number) => void calls.push(['before', payload]),
        onProgress: (progress) => void calls.push(['progress', progress]),
        onComplete: (result) => void calls.push(['complete', result]),
        onFail: () => void calls.push('fail'),
        onRetry: () => void calls.push('retry'),
        onFinally: (ctx) => void calls.push(['finally', ctx.attempt]),
        handler: async (payload: number, ctx) => {
          await ctx.updateProgress(50);
          calls.push('handler');
          return payload + 1;
        },
      });
      const queue = await trial.worker();
      await trial.result(queue, await queue.enqueue(hooked, 1));
      // Hooks run after the record, which is visible immediately.
      await trial.time.until('the hooks have run', () => calls.length >= 5);
      expect(calls).toEqual([
        ['before', 1],
        ['progress', 50],
        'handler',
        ['complete', 2],
        ['finally', 1],
      ]);
    });

    test('calls onRetry between attempts and onFail at the end, onFinally each time', async (trial) => {
      const calls: string[] = [];
      const hooked = defineJob({
        name: 'hooked',
        attempts: 2,
        backoff: { type: 'fixed', delay: 0 },
        onComplete: () => void calls.push('complete'),
        onRetry: (error) => void calls.push(`retry ${(error as Error).message}`),
        onFail: (error) => void calls.push(`fail ${(error as Error).message}`),
        onFinally: () => void calls.push('finally'),
        handler: (_payload: undefined, ctx): void => {
          throw new Error(`${ctx.attempt}`);
        },
      });
      const queue = await trial.worker();
      await trial.reaches(queue, await queue.enqueue(hooked, undefined), 'failed');
      await trial.time.until('the hooks have run', () => calls.length >= 4);
      expect(calls).toEqual(['retry 1', 'finally', 'fail 2', 'finally']);
    });

    test('fails the attempt when onBefore throws, and does not call the handler', async (trial) => {
      let handled = 0;
      const guarded = defineJob({
        name: 'guarded',
        attempts: 1,
        onBefore: () => {
          throw new Error('not now');
        },
        handler: () => ++handled,
      });
      const queue = await trial.worker();
      const job = await trial.reaches(queue, await queue.enqueue(guarded, undefined), 'failed');
      expect([job.error?.message, job.attemptsMade, handled]).toEqual(['not now', 1, 0]);
    });

    test('reports what other hooks throw, which changes nothing', async (trial) => {
      const broken = (name: string) => async (): Promise<never> => {
        throw new Error(name);
      };
      const hooked = defineJob({
        name: 'hooked',
        onComplete: broken('complete'),
        onFinally: broken('finally'),
        handler: () => 'fine',
      });
      const queue = await trial.worker();
      const errors: unknown[] = [];
      queue.on('error', ({ error, jobId, name }) => void errors.push([error.message, jobId, name]));
      const job = await queue.enqueue(hooked, undefined);
      expect(await trial.result(queue, job)).toBe('fine');
      await trial.time.until('both are reported', () => errors.length >= 2);
      expect(errors).toEqual([
        ['complete', job.id, 'hooked'],
        ['finally', job.id, 'hooked'],
      ]);
    });

    test('calls hooks when the outcome is recorded: a look at the job then shows it', async (trial) => {
      const seen: unknown[] = [];
      const look: (ctx: JobContext) => Promise<void> = async ({ queue, jobId }) => {
        seen.push((await queue.getJob(jobId))?.status);
      };
      const hooked = defineJob({
        name: 'hooked',
        attempts: 1,
        onComplete: (_result, ctx) => look(ctx),
        onFail: (_error, ctx) => look(ctx),
        handler: (payload: 'fails' | 'works') => {
          if (payload === 'fails') throw new Error('no');
        },
      });
      const queue = await trial.worker();
      await trial.reaches(queue, await queue.enqueue(hooked, 'works'), 'completed');
      await trial.reaches(queue, await queue.enqueue(hooked, 'fails'), 'failed');
      await trial.time.until('the hooks have run', () => seen.length >= 2);
      expect(seen).toEqual(['completed', 'failed']);
    });

    test('runs no handler again that has only a hook left when the worker stops', async (trial) => {
      let runs = 0;
      const seen: Promise<Job | undefined>[] = [];
      const hooked = defineJob({
        name: 'hooked',
        onFinally: ({ queue: own, jobId }) => {
          seen.push(own.getJob(jobId));
          return new Promise(() => undefined);
        },
        handler: () => ++runs,
      });
      const queue = await trial.worker({ jobs: [hooked] });
      const job = await queue.enqueue(hooked, undefined);
      await trial.time.until('the hook runs', () => seen.length > 0);
      expect((await seen[0])?.status).toBe('completed');
      await trial.time.finish('stopping', queue.stop({ timeout: 0 }));
      await queue.process();
      await trial.time.pass(trial.time.delayMs);
      expect([runs, (await queue.getJob(job.id))?.status]).toEqual([1, 'completed']);
    });

    test('calls onFail, once, of a job that stalled for good', async (trial) => {
      const failed: unknown[] = [];
      const deadly = defineJob({
        name: 'deadly',
        onFail: (error, ctx) => void failed.push([codeOf(error), ctx.jobId, ctx.payload]),
        handler: (_payload: string) => new Promise<void>(() => undefined),
      });
      const options = { jobs: [deadly], maxStalledCount: 0, lockDuration: trial.time.lockMs };
      const queue = await trial.queue(options);
      const job = await queue.enqueue(deadly, 'poison');
      const killed = await trial.worker(options);
      await trial.reaches(queue, job, 'active');
      await trial.kill(killed);
      await queue.process();
      await trial.reaches(queue, job, 'failed', 20 * trial.time.lockMs);
      await trial.time.until('onFail has been called', () => failed.length > 0);
      await trial.time.pass(trial.time.lockMs);
      expect(failed).toEqual([['JOBS_STALLED', job.id, 'poison']]);
    });

    test('waits for a next() that its middleware did not return', async (trial) => {
      const forgetful: Middleware = (_payload, _ctx, next) => void next();
      const slow = defineJob({
        name: 'slow',
        middleware: forgetful,
        handler: async () => {
          await trial.time.sleep(5);
          return 'made';
        },
      });
      const queue = await trial.worker();
      expect(await trial.result(queue, await queue.enqueue(slow, undefined))).toBe('made');
    });

    test('wraps runs in the queue’s middleware, then the job’s, which may change the result', async (trial) => {
      const calls: string[] = [];
      const around =
        (name: string): Middleware =>
        async (_payload, _ctx, next) => {
          calls.push(`${name} in`);
          const result = await next();
          calls.push(`${name} out`);
          return `${name}(${result})`;
        };
      const wrapped = defineJob({
        name: 'wrapped',
        middleware: [around('b'), around('c')],
        handler: () => 'x',
      });
      const queue = await trial.worker({ middleware: around('a') });
      expect(await trial.result(queue, await queue.enqueue(wrapped, undefined))).toBe('a(b(c(x)))');
      expect(calls).toEqual(['a in', 'b in', 'c in', 'c out', 'b out', 'a out']);
    });

    test('fails a run whose middleware calls next twice', async (trial) => {
      const twice: Middleware = async (_payload, _ctx, next) => {
        await next();
        return next();
      };
      const job = defineJob({ name: 'job', attempts: 1, middleware: twice, handler: () => 1 });
      const queue = await trial.worker();
      await expectCode(
        trial.result(queue, await queue.enqueue(job, undefined)),
        'JOBS_MIDDLEWARE_NEXT_TWICE',
      );
    });
  },
};
