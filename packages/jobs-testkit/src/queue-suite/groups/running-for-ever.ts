import { defineJob, type JobContext } from '@philjs/jobs-core';
import { expect } from 'vitest';
import type { QueueGroup } from '../queue-group.ts';

const page = defineJob({ name: 'page', handler: (number: number) => number });

/** A job that adds children runs again when they have ended: at once, and for ever, if it adds none that is new. */
export const runningForEver: QueueGroup = {
  title: 'running for ever',
  needs: 'workflows',
  tests: (test) => {
    test('children: refuses to add none, after which a job would run again for ever', async (trial) => {
      const parent = defineJob({
        name: 'parent',
        attempts: 1,
        handler: async (_payload: undefined, ctx: JobContext) => ctx.addChildren([]),
      });
      const queue = await trial.worker({ jobs: [parent] });
      const job = await queue.enqueue(parent, undefined);
      const failed = await trial.reaches(queue, job, 'failed');
      expect(failed.error?.code).toBe('JOBS_INVALID_ARGUMENT');
    });

    test('children: refuses to add again those that have ended', async (trial) => {
      const errors: unknown[] = [];
      const parent = defineJob({
        name: 'parent',
        attempts: 1,
        handler: async (_payload: undefined, ctx) => {
          const item = { job: page, payload: 1, options: { jobId: 'page-1' } };
          await ctx.addChildren([item]).catch((error) => {
            if (!ctx.ended) errors.push(error);
            throw error;
          });
        },
      });
      const queue = await trial.worker({ jobs: [parent, page] });
      const job = await queue.enqueue(parent, undefined);
      const failed = await trial.reaches(queue, job, 'failed');
      expect(failed.error?.code).toBe('JOBS_INVALID_ARGUMENT');
      expect(errors).toMatchObject([{ details: { field: 'items' } }]);
      expect(failed.attemptsMade).toBe(1);
    });

    test('children: takes ended jobs that are no children yet, and new ones beside old ones', async (trial) => {
      const asked: string[] = [];
      const crawl = defineJob({
        name: 'crawl',
        attempts: 1,
        handler: async (_payload: undefined, ctx): Promise<number> => {
          const { size } = await ctx.childResults();
          asked.push(`${size}`);
          const ids = [['one'], ['known'], ['one', 'two'], []][size] ?? [];
          if (ids.length === 0) return size;
          return ctx.addChildren(
            ids.map((jobId) => ({ job: page, payload: 1, options: { jobId } })),
          );
        },
      });
      const queue = await trial.worker({ jobs: [crawl, page] });
      await trial.result(queue, await queue.enqueue(page, 1, { jobId: 'known' }));
      expect(await trial.result(queue, await queue.enqueue(crawl, undefined))).toBe(3);
      expect(asked).toEqual(['0', '1', '2', '3']);
    });
  },
};
