import { defineJob } from '@philjs/jobs-core';
import { expect } from 'vitest';
import type { QueueGroup } from '../queue-group.ts';

const AT_ONCE = { type: 'fixed', delay: 0 } as const;

/** A step whose result is stored never runs again; a job sleeps, and waits for signals, without a slot. */
export const stepping: QueueGroup = {
  title: 'running steps',
  needs: 'steps',
  tests: (test) => {
    test('runs a step once, over attempts and a retry by hand', async (trial) => {
      const ran: string[] = [];
      const order = defineJob({
        name: 'order',
        attempts: 2,
        backoff: AT_ONCE,
        handler: async (_payload: undefined, ctx) => {
          const charge = await ctx.step('charge', () => ({ id: `ch_${ran.push('charge')}` }));
          await ctx.step('ship', async () => void ran.push('ship'));
          if (ctx.fencingToken < 3) throw new Error('half-way');
          return charge;
        },
      });
      const queue = await trial.worker({ jobs: [order] });
      const other = await trial.queue({ jobs: [order] });
      const job = await other.enqueue(order, undefined);
      await trial.reaches(other, job, 'failed');
      expect(await other.getSteps(job)).toMatchObject([
        { name: 'charge', kind: 'step', status: 'completed', result: { id: 'ch_1' } },
        { name: 'ship', kind: 'step', status: 'completed' },
      ]);
      await other.retryJob(job.id);
      expect(await trial.result(other, job)).toEqual({ id: 'ch_1' });
      expect(ran).toEqual(['charge', 'ship']);
      expect(await queue.getSteps('nobody')).toEqual([]);
    });

    test('gives the results of a dead worker’s steps to the one that takes over', async (trial) => {
      const ran: string[] = [];
      const slow = defineJob({
        name: 'slow',
        handler: async (_payload: undefined, ctx) => {
          const result = await ctx.step('first', () => ran.push('first'));
          if (ctx.fencingToken > 1) return result;
          return new Promise<number>(() => undefined);
        },
      });
      const options = { jobs: [slow], lockDuration: trial.time.lockMs };
      const [dying, other] = [await trial.worker(options), await trial.queue(options)];
      const job = await dying.enqueue(slow, undefined);
      await trial.time.until('it is stored', async () => (await other.getSteps(job)).length > 0);
      await trial.kill(dying);
      await other.process();
      expect(await trial.result(other, job)).toBe(1);
      expect(ran).toEqual(['first']);
    });

    test('sleeps until a date without a slot and without an attempt', async (trial) => {
      const runs: number[] = [];
      const remind = defineJob({
        name: 'remind',
        attempts: 1,
        handler: async (payload: { ms: number }, ctx) => {
          if (payload.ms === 0) return 'other';
          runs.push(trial.time.now());
          await ctx.sleepUntil('reminder', trial.time.now() + payload.ms);
          return 'awake';
        },
      });
      const queue = await trial.worker({ jobs: [remind], concurrency: 1 });
      const job = await queue.enqueue(remind, { ms: 400 });
      await trial.reaches(queue, job, 'delayed');
      expect(await trial.result(queue, await queue.enqueue(remind, { ms: 0 }))).toBe('other');
      expect(await trial.result(queue, job)).toBe('awake');
      const [first = 0, second = 0, ...more] = runs;
      expect(second - first).toBeGreaterThanOrEqual(400 - trial.time.precisionMs);
      // A run that came early, by the clock of this machine, sleeps on.
      expect(more.length).toBeLessThanOrEqual(2);
      expect(await queue.getJob(job.id)).toMatchObject({ attemptsMade: 1 });
    });

    test('waits for a signal from anywhere', async (trial) => {
      const approve = defineJob({
        name: 'approve',
        attempts: 2,
        backoff: AT_ONCE,
        handler: async (_payload: undefined, ctx) => {
          const payload = await ctx.waitFor('approved');
          if (ctx.attempt === 1) throw new Error('once more');
          return payload;
        },
      });
      const queue = await trial.worker({ jobs: [approve] });
      const other = await trial.queue({ jobs: [approve] });
      const job = await queue.enqueue(approve, undefined);
      await trial.reaches(other, job, 'delayed');
      expect((await other.explain(job.id)).reasons[0]).toMatchObject({
        reason: 'waiting-for-signal',
        message: expect.stringContaining('`approved`'),
      });
      await other.signal(job, 'approved', { by: 'ada' });
      expect(await trial.result(other, job)).toEqual({ by: 'ada' });
      await expect(other.signal(job, 'approved')).rejects.toMatchObject({ code: 'JOBS_CONFLICT' });
    });

    test('takes a signal that came before the job ran', async (trial) => {
      const approve = defineJob({
        name: 'approve',
        handler: (_payload: undefined, ctx) => ctx.waitFor('approved', { timeout: 1000 }),
      });
      const queue = await trial.queue({ jobs: [approve] });
      const job = await queue.enqueue(approve, undefined);
      await queue.signal(job, 'approved', ['early']);
      await queue.process();
      expect(await trial.result(queue, job)).toEqual(['early']);
    });

    test('ends the wait for a signal after its timeout', async (trial) => {
      const approve = defineJob({
        name: 'approve',
        attempts: 3,
        handler: (_payload: undefined, ctx) => ctx.waitFor('approved', { timeout: 300 }),
      });
      const queue = await trial.worker({ jobs: [approve] });
      const job = await trial.reaches(queue, await queue.enqueue(approve, undefined), 'failed');
      expect(job).toMatchObject({ attemptsMade: 1, error: { code: 'JOBS_SIGNAL_TIMEOUT' } });
      expect(await queue.getSteps(job)).toMatchObject([{ name: 'approved', status: 'timed-out' }]);
    });

    test('ends the run for a long backoff of a step', async (trial) => {
      let tries = 0;
      const call = defineJob({
        name: 'call',
        attempts: 1,
        handler: (_payload: undefined, ctx) =>
          ctx.step(
            'service',
            () => {
              if (++tries < 3) throw new Error('busy');
              return tries;
            },
            { attempts: 3, backoff: (failed) => (failed === 1 ? 0 : 60_000) },
          ),
      });
      const queue = await trial.worker({ jobs: [call] });
      const job = await queue.enqueue(call, undefined);
      expect(await trial.reaches(queue, job, 'delayed')).toMatchObject({ attemptsMade: 0 });
      expect(await queue.getSteps(job)).toMatchObject([{ status: 'retrying', failedTries: 2 }]);
      await queue.promoteJob(job.id);
      expect(await trial.result(queue, job)).toBe(3);
    });

    test('cancels a job that sleeps', async (trial) => {
      const wait = defineJob({
        name: 'wait',
        handler: (_payload: undefined, ctx) => ctx.waitFor('never'),
      });
      const queue = await trial.worker({ jobs: [wait] });
      const job = await queue.enqueue(wait, undefined);
      await trial.reaches(queue, job, 'delayed');
      expect(await queue.cancelJob(job.id)).toBe('cancelled');
      await expect(queue.signal(job, 'never')).rejects.toMatchObject({ code: 'JOBS_CONFLICT' });
    });
  },
};
