import { defineJob } from '@philjs/jobs-core';
import { expect } from 'vitest';
import { expectCode } from '../../suite/expect-code.ts';
import type { QueueGroup } from '../queue-group.ts';

const echo = defineJob({ name: 'echo', handler: (payload: unknown) => payload });

/** A function runs within a transaction of the store: what names it is stored with it, or not at all. */
export const transacting: QueueGroup = {
  title: 'running a transaction',
  needs: 'transactions',
  tests: (test) => {
    test('stores the jobs of a function that returned, runs them, and returns what it did', async (trial) => {
      const queue = await trial.worker({ jobs: [echo] });
      const jobs = await queue.transaction(async (tx) => {
        const transaction = { transaction: tx };
        const one = await queue.enqueue(echo, 1, transaction);
        return [one, ...(await queue.enqueueMany([{ job: echo, payload: 2 }], transaction))];
      });
      const results = await Promise.all(jobs.map((job) => trial.result(queue, job)));
      expect(results).toEqual([1, 2]);
    });

    test('shows and starts no job before its function returns', async (trial) => {
      const [one, other] = [await trial.queue({ jobs: [echo] }), await trial.worker()];
      other.register(echo);
      const job = await one.transaction(async (tx) => {
        const stored = await one.enqueue(echo, 1, { transaction: tx });
        await trial.time.pass(trial.time.latenessMs);
        expect(await other.getJob(stored.id)).toBeUndefined();
        expect(await other.getStats()).toMatchObject({ total: 0 });
        return stored;
      });
      expect(await trial.result(other, job)).toBe(1);
    });

    test('stores nothing when its function throws, and throws the same error', async (trial) => {
      const queue = await trial.queue({ jobs: [echo] });
      const mine = new Error('mine');
      const failing = queue.transaction(async (tx) => {
        await queue.enqueue(echo, 1, { transaction: tx, jobId: 'a' });
        throw mine;
      });
      await expect(failing).rejects.toBe(mine);
      expect(await queue.getStats()).toMatchObject({ total: 0 });
      const again = await queue.transaction((tx) =>
        queue.enqueue(echo, 2, { transaction: tx, jobId: 'a' }),
      );
      expect(again).not.toHaveProperty('duplicate');
    });

    test('commits each of many that are asked for at once', async (trial) => {
      const queue = await trial.queue({ jobs: [echo] });
      const all = Array.from({ length: 8 }, (_, n) =>
        queue.transaction(async (tx) => {
          await queue.enqueue(echo, n, { transaction: tx });
          await new Promise((resolve) => setImmediate(resolve));
          return n;
        }),
      );
      expect(await Promise.all(all)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
      expect(await queue.getStats()).toMatchObject({ waiting: 8, total: 8 });
    });

    test('completes the job of a handler, with the jobs that it enqueues', async (trial) => {
      const pay = defineJob({
        name: 'pay',
        handler: (n: number, ctx) =>
          ctx.queue.transaction(async (tx) => {
            await ctx.queue.enqueue(echo, n, { transaction: tx, jobId: 'next' });
            await ctx.completeIn(tx, n + 1);
          }),
      });
      const queue = await trial.worker({ jobs: [pay, echo] });
      const job = await queue.enqueue(pay, 1);
      expect(await trial.result(queue, job)).toBe(2);
      expect(await trial.reaches(queue, 'next', 'completed')).toMatchObject({ result: 1 });
      expect(await queue.getJob(job.id)).toMatchObject({ attemptsMade: 1, status: 'completed' });
    });

    test('tries a job again whose function threw after it had completed the job', async (trial) => {
      const pay = defineJob({
        name: 'pay',
        attempts: 2,
        backoff: { type: 'fixed', delay: 0 },
        handler: (_payload: undefined, ctx) =>
          ctx.queue.transaction(async (tx) => {
            await ctx.queue.enqueue(echo, ctx.attempt, { transaction: tx });
            await ctx.completeIn(tx, ctx.attempt);
            if (ctx.attempt === 1) throw new Error('not yet');
          }),
      });
      const queue = await trial.worker({ jobs: [pay, echo] });
      const job = await queue.enqueue(pay, undefined);
      expect(await trial.result(queue, job)).toBe(2);
      expect(await queue.getJob(job.id)).toMatchObject({ attemptsMade: 2 });
      await trial.time.until('both ran', async () => (await queue.getStats()).completed === 2);
      expect((await queue.getStats()).total).toBe(2);
    });

    test('refuses what comes through it after its end, committed or rolled back', async (trial) => {
      const queue = await trial.queue({ jobs: [echo] });
      let committed: unknown;
      let undone: unknown;
      await queue.transaction((tx) => {
        committed = tx;
      });
      const failing = queue.transaction((tx) => {
        undone = tx;
        throw new Error('mine');
      });
      await expect(failing).rejects.toThrow('mine');
      for (const transaction of [committed, undone]) {
        await expectCode(queue.enqueue(echo, 1, { transaction }), 'JOBS_CONFLICT');
      }
      expect(await queue.getStats()).toMatchObject({ total: 0 });
    });

    test('refuses what is no function, and every call once the queue is closed', async (trial) => {
      const queue = await trial.queue();
      await expectCode(queue.transaction('work' as never), 'JOBS_INVALID_ARGUMENT');
      await queue.transaction(() => undefined);
      await trial.time.finish('the queue closes', queue.close({ timeout: 0 }));
      await expectCode(
        queue.transaction(() => expect.unreachable()),
        'JOBS_QUEUE_CLOSED',
      );
    });
  },
};
