import { AsyncLocalStorage } from 'node:async_hooks';
import { defineJob, type Middleware } from '@philjs/jobs-core';
import { expect } from 'vitest';
import type { QueueGroup } from '../queue-group.ts';

/** Job code sees no async context of the code that enqueued the job, or caused something else to happen. */
export const isolating: QueueGroup = {
  title: 'async context',
  tests: (test) => {
    test('shows no AsyncLocalStorage to handlers, hooks and middleware, whatever caused them', async (trial) => {
      const caller = new AsyncLocalStorage<string>();
      const seen: string[] = [];
      const see = (what: string): void => void seen.push(`${what}: ${caller.getStore()}`);
      const middleware: Middleware = async (_payload, _ctx, next) => {
        see('middleware');
        return next();
      };
      const work = defineJob({
        name: 'work',
        attempts: 2,
        backoff: { type: 'fixed', delay: trial.time.delayMs },
        middleware,
        onBefore: () => see('onBefore'),
        onComplete: () => see('onComplete'),
        onRetry: () => see('onRetry'),
        onFail: () => see('onFail'),
        onFinally: () => see('onFinally'),
        onProgress: () => see('onProgress'),
        handler: async (what: string, ctx) => {
          see('handler');
          await ctx.updateProgress(1);
          see('handler, later');
          if (what === 'fail') ctx.fail(new Error('enough'));
          if (what === 'retry' && ctx.attempt === 1) throw new Error('again');
        },
      });
      const queue = await trial.queue({ jobs: [work] });
      await caller.run('process', () => queue.process());
      const first = await caller.run('A', () => queue.enqueue(work, 'complete'));
      await trial.reaches(queue, first, 'completed');
      const jobs = await Promise.all([
        caller.run('B', () => queue.enqueue(work, 'complete', { delay: trial.time.delayMs })),
        caller.run('C', () => queue.enqueue(work, 'retry')),
      ]);
      const failing = await caller.run('D', () =>
        queue.enqueueMany([{ job: work, payload: 'fail' }]),
      );
      for (const job of jobs) await trial.reaches(queue, job, 'completed');
      for (const job of failing) await trial.reaches(queue, job, 'failed');
      const kinds = ['middleware', 'onBefore', 'onComplete', 'onRetry', 'onFail', 'onFinally'];
      kinds.push('onProgress', 'handler', 'handler, later');
      await trial.time.until('all have run', () => new Set(seen).size >= kinds.length);
      expect([...new Set(seen)].sort()).toEqual(kinds.map((kind) => `${kind}: undefined`).sort());
    });

    test('shows none to what is aborted or revived by another call either', async (trial) => {
      const caller = new AsyncLocalStorage<string>();
      const seen: string[] = [];
      const see = (what: string): void => void seen.push(`${what}: ${caller.getStore()}`);
      const work = defineJob({
        name: 'work',
        onCancel: () => see('onCancel'),
        handler: (what: string, ctx): Promise<void> | undefined => {
          see(what);
          if (what === 'end') return undefined;
          return new Promise((_resolve, reject) => {
            ctx.signal.addEventListener('abort', () => {
              see('abort');
              reject(ctx.signal.reason);
            });
          });
        },
      });
      const queue = await trial.worker({ jobs: [work], concurrency: 2 });
      const hangs = await queue.enqueue(work, 'hang');
      await trial.time.until('it runs', () => seen.length > 0);
      await caller.run('cancel', () => queue.cancelJob(hangs.id));
      await trial.reaches(queue, hangs, 'cancelled');
      await trial.time.until('the hook has run', () => seen.some((text) => text.startsWith('onC')));
      const later = await queue.enqueue(work, 'end', { delay: 1_000_000 });
      await caller.run('promote', () => queue.promoteJob(later.id));
      await trial.reaches(queue, later, 'completed');
      await queue.pause();
      const held = await queue.enqueue(work, 'end');
      await caller.run('resume', () => queue.resume());
      await trial.reaches(queue, held, 'completed');
      expect([...new Set(seen)].sort()).toEqual(
        ['abort', 'end', 'hang', 'onCancel'].map((kind) => `${kind}: undefined`),
      );
    });

    test('shows one job nothing of what another entered, at the same time or before', async (trial) => {
      const caller = new AsyncLocalStorage<number>();
      const seen: unknown[] = [];
      const work = defineJob({
        name: 'work',
        handler: async (which: number) => {
          seen.push(caller.getStore());
          caller.enterWith(which);
          await Promise.resolve();
        },
      });
      const queue = await trial.queue({ jobs: [work] });
      const jobs = await queue.enqueueMany([1, 2, 3, 4].map((payload) => ({ job: work, payload })));
      await queue.process({ concurrency: 2 });
      for (const job of jobs) await trial.reaches(queue, job, 'completed');
      expect(seen).toEqual([undefined, undefined, undefined, undefined]);
    });
  },
};
