import { defineJob } from '@philjs/jobs-core';
import { expect } from 'vitest';
import type { QueueGroup } from '../queue-group.ts';

const codeOf = (error: unknown): unknown => (error as { readonly code?: unknown }).code;

/** A job that its handler completes within a transaction ends as the transaction does. */
export const completing: QueueGroup = {
  title: 'completing jobs in a transaction',
  needs: 'transactions',
  tests: (test) => {
    test('tries a job again whose completion was rolled back, and calls onComplete for the real one alone', async (trial) => {
      const calls: unknown[] = [];
      const pay = defineJob({
        name: 'pay',
        attempts: 2,
        backoff: { type: 'fixed', delay: 0 },
        onComplete: (_result, ctx) => void calls.push(['complete', ctx.attempt]),
        onRetry: (error) => void calls.push(['retry', codeOf(error)]),
        handler: (_payload: undefined, ctx) =>
          trial.transact(async (transaction) => {
            await ctx.completeIn(transaction, ctx.attempt);
            return ctx.attempt === 1 ? 'rollback' : 'commit';
          }),
      });
      const queue = await trial.worker();
      const job = await queue.enqueue(pay, undefined);
      expect(await trial.result(queue, job)).toBe(2);
      await trial.time.until('the hooks have run', () => calls.length >= 2);
      expect(calls).toEqual([
        ['retry', 'JOBS_ROLLED_BACK'],
        ['complete', 2],
      ]);
      expect(await queue.getJob(job.id)).toMatchObject({
        attemptsMade: 2,
        failures: [{ attempt: 1, error: { code: 'JOBS_ROLLED_BACK' } }],
      });
    });

    test('fails a job for good whose last completion was rolled back', async (trial) => {
      const calls: unknown[] = [];
      const pay = defineJob({
        name: 'pay',
        attempts: 1,
        onComplete: () => void calls.push('complete'),
        onFail: (error) => void calls.push(codeOf(error)),
        handler: (_payload: undefined, ctx) =>
          trial.transact(async (transaction) => {
            await ctx.completeIn(transaction);
            return 'rollback';
          }),
      });
      const queue = await trial.worker();
      const job = await trial.reaches(queue, await queue.enqueue(pay, undefined), 'failed');
      expect(job).toMatchObject({ attemptsMade: 1, error: { code: 'JOBS_ROLLED_BACK' } });
      await trial.time.until('the hook has run', () => calls.length > 0);
      expect(calls).toEqual(['JOBS_ROLLED_BACK']);
    });

    test('says that a completion was rolled back also of a job that is not kept once it completes', async (trial) => {
      let runs = 0;
      const pay = defineJob({
        name: 'pay',
        attempts: 3,
        backoff: { type: 'fixed', delay: 0 },
        removeOnComplete: true,
        handler: (_payload: undefined, ctx) => {
          runs += 1;
          return trial.transact(async (transaction) => {
            await ctx.completeIn(transaction);
            return runs === 1 ? 'rollback' : 'commit';
          });
        },
      });
      const queue = await trial.worker();
      const { id } = await queue.enqueue(pay, undefined);
      await trial.time.until('it is gone', async () => (await queue.getJob(id)) === undefined);
      await trial.time.pass(trial.time.delayMs);
      expect(runs).toBe(2);
      expect(await queue.getStats()).toMatchObject({ total: 0 });
    });

    test('refuses to complete a job twice in a transaction, and uses an attempt', async (trial) => {
      const codes: unknown[] = [];
      const pay = defineJob({
        name: 'pay',
        attempts: 2,
        backoff: { type: 'fixed', delay: 0 },
        handler: (_payload: undefined, ctx) =>
          trial.transact(async (transaction) => {
            await ctx.completeIn(transaction);
            await ctx.completeIn(transaction).catch((error) => {
              codes.push(codeOf(error), ctx.signal.aborted);
              throw error;
            });
            return 'commit';
          }),
      });
      const queue = await trial.worker();
      const job = await trial.reaches(queue, await queue.enqueue(pay, undefined), 'failed');
      expect(job).toMatchObject({ attemptsMade: 2, error: { code: 'JOBS_CONFLICT' } });
      expect(codes).toEqual(['JOBS_CONFLICT', false, 'JOBS_CONFLICT', false]);
    });
  },
};
