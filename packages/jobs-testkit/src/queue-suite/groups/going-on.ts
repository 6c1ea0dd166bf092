import { defineJob } from '@philjs/jobs-core';
import { expect } from 'vitest';
import type { QueueGroup } from '../queue-group.ts';

/** A run reads the progress that the runs before it reported, and goes on from there. */
export const goingOn: QueueGroup = {
  title: 'going on where a run ended',
  tests: (test) => {
    test('gives an attempt the progress of the one that failed', async (trial) => {
      const seen: unknown[] = [];
      const walk = defineJob({
        name: 'walk',
        backoff: { type: 'fixed', delay: 0 },
        handler: async (_payload: undefined, ctx) => {
          seen.push(ctx.progress);
          await ctx.updateProgress({ cursor: ctx.attempt, done: ['a'] });
          seen.push(ctx.progress);
          if (ctx.attempt === 1) throw new Error('half-way');
        },
      });
      const queue = await trial.worker({ jobs: [walk] });
      const other = await trial.queue({ jobs: [walk] });
      await trial.result(other, await other.enqueue(walk, undefined));
      const [first, second] = [1, 2].map((cursor) => ({ cursor, done: ['a'] }));
      expect(seen).toEqual([undefined, first, first, second]);
      expect(await queue.getStats()).toMatchObject({ completed: 1 });
    });

    test('gives it to a run after a snooze, also a number', async (trial) => {
      const seen: unknown[] = [];
      const poll = defineJob({
        name: 'poll',
        handler: async (_payload: undefined, ctx) => {
          seen.push(ctx.progress);
          if (seen.length > 1) return;
          await ctx.updateProgress(0);
          ctx.snooze(0);
        },
      });
      const queue = await trial.worker({ jobs: [poll] });
      await trial.result(queue, await queue.enqueue(poll, undefined));
      expect(seen).toEqual([undefined, 0]);
    });

    test('gives it to the worker that takes over from a dead one', async (trial) => {
      const seen: unknown[] = [];
      const slow = defineJob({
        name: 'slow',
        handler: async (_payload: undefined, ctx) => {
          seen.push(ctx.progress);
          if (seen.length > 1) return;
          await ctx.updateProgress({ part: 7 });
          await new Promise(() => undefined);
        },
      });
      const options = { jobs: [slow], lockDuration: trial.time.lockMs };
      const [dying, other] = [await trial.worker(options), await trial.queue(options)];
      const job = await dying.enqueue(slow, undefined);
      const hasReported = async () => (await other.getJob(job.id))?.progress !== 0;
      await trial.time.until('it has reported', hasReported);
      await trial.kill(dying);
      await other.process();
      await trial.result(other, job);
      expect(seen).toEqual([undefined, { part: 7 }]);
    });

    test('gives it to a job that is retried by hand', async (trial) => {
      const seen: unknown[] = [];
      const walk = defineJob({
        name: 'walk',
        attempts: 1,
        handler: async (_payload: undefined, ctx) => {
          seen.push(ctx.progress);
          if (seen.length > 1) return;
          await ctx.updateProgress({ cursor: 3 });
          throw new Error('half-way');
        },
      });
      const queue = await trial.worker({ jobs: [walk] });
      const job = await trial.reaches(queue, await queue.enqueue(walk, undefined), 'failed');
      await queue.retryJob(job.id);
      await trial.reaches(queue, job, 'completed');
      expect(seen).toEqual([undefined, { cursor: 3 }]);
    });

    test(
      'gives it to a parent whose children have ended',
      async (trial) => {
        const seen: unknown[] = [];
        const child = defineJob({ name: 'child', handler: () => 1 });
        const parent = defineJob({
          name: 'parent',
          handler: async (_payload: undefined, ctx) => {
            seen.push(ctx.progress);
            if (seen.length > 1) return;
            await ctx.updateProgress({ children: 1 });
            await ctx.addChildren([{ job: child, payload: undefined }]);
          },
        });
        const queue = await trial.worker({ jobs: [child, parent] });
        await trial.result(queue, await queue.enqueue(parent, undefined));
        expect(seen).toEqual([undefined, { children: 1 }]);
      },
      { needs: 'workflows' },
    );
  },
};
