import { defineJob, type JobContext } from '@philjs/jobs-core';
import { expect } from 'vitest';
import type { QueueGroup } from '../queue-group.ts';

/** Handlers run with the context they were promised. */
export const running: QueueGroup = {
  title: 'running',
  tests: (test) => {
    test('runs a job on another process that knows it', async (trial) => {
      const double = defineJob({ name: 'double', handler: async (n: number) => n * 2 });
      const producer = await trial.queue();
      await trial.worker({ jobs: [double] });
      expect(await trial.result(producer, await producer.enqueue(double, 21))).toBe(42);
    });

    test('tells the handler about its run', async (trial) => {
      let seen: JobContext | undefined;
      const look = defineJob({
        name: 'look',
        attempts: 4,
        handler: (_payload: { n: number }, ctx) => {
          seen = ctx;
        },
      });
      const queue = await trial.worker();
      const job = await queue.enqueue(look, { n: 1 }, { metadata: { tenant: 'acme' } });
      await trial.result(queue, job);
      expect(seen).toMatchObject({
        jobId: job.id,
        name: 'look',
        queueName: trial.queueName,
        payload: { n: 1 },
        attemptsMade: 0,
        attempt: 1,
        maxAttempts: 4,
        fencingToken: 1,
        metadata: { tenant: 'acme' },
        timestamp: job.createdAt.getTime(),
      });
      expect(seen?.signal.aborted).toBe(false);
    });

    test('keeps every kind of result apart', async (trial) => {
      const results = [0, false, '', null, undefined, [], {}];
      const pick = defineJob({ name: 'pick', handler: (index: number): unknown => results[index] });
      const queue = await trial.worker();
      for (const [index, result] of results.entries()) {
        const job = await queue.enqueue(pick, index);
        expect(await trial.result(queue, job)).toStrictEqual(result);
        expect((await queue.getJob(job.id))?.result).toStrictEqual(result);
      }
    });

    test('fails a job at once whose result JSON cannot carry', async (trial) => {
      const results = [() => 1, 10n, new Map(), Number.NaN];
      const bad = defineJob({
        name: 'bad',
        handler: ((index: number) => results[index]) as (index: number) => never,
      });
      const queue = await trial.worker();
      for (const index of results.keys()) {
        const job = await trial.reaches(queue, await queue.enqueue(bad, index), 'failed');
        expect(job).toMatchObject({
          attemptsMade: 1,
          error: { code: 'JOBS_RESULT_NOT_SERIALIZABLE' },
        });
      }
    });

    test('lets a handler enqueue follow-ups', async (trial) => {
      const second = defineJob({ name: 'second', handler: (n: number) => n + 1 });
      const first = defineJob({
        name: 'first',
        handler: async (n: number, ctx) => (await ctx.queue.enqueue(second, n + 1)).id,
      });
      const queue = await trial.worker();
      const followUp = await trial.result(queue, await queue.enqueue(first, 1));
      expect(await trial.time.finish('it runs', queue.waitFor(followUp))).toBe(3);
    });

    test('runs as many jobs at once as `concurrency` says', async (trial) => {
      let active = 0;
      let most = 0;
      let fill: () => void = () => undefined;
      const filled = new Promise<void>((resolve) => {
        fill = resolve;
      });
      const busy = defineJob({
        name: 'busy',
        handler: async () => {
          most = Math.max(most, ++active);
          if (active === 4) fill();
          // The first ones last until all slots are taken, however long the store takes to hand out the others.
          await filled;
          await trial.time.sleep(trial.time.delayMs / 2);
          active -= 1;
        },
      });
      const queue = await trial.worker({ concurrency: 4, jobs: [busy] });
      const jobs = await queue.enqueueMany(
        Array.from({ length: 12 }, () => ({ job: busy, payload: undefined })),
      );
      for (const job of jobs) await trial.reaches(queue, job, 'completed');
      expect(most).toBe(4);
    });

    test('runs higher priority first, then first in, first out', async (trial) => {
      const ran: string[] = [];
      const note = defineJob({ name: 'note', handler: (name: string) => void ran.push(name) });
      const queue = await trial.queue();
      const priorities = { c: 0, a: 5, d: 0, b: 5, e: -5 };
      for (const [name, priority] of Object.entries(priorities)) {
        await queue.enqueue(note, name, { priority });
      }
      await queue.process();
      await trial.time.until('all have run', () => ran.length === 5);
      expect(ran.join('')).toBe('abcde');
    });

    test('carries what JSON cannot through a codec', async (trial) => {
      const codec = {
        encode: (value: unknown) => ({ at: (value as { at: Date }).at.getTime() }),
        decode: (json: unknown) => ({ at: new Date((json as { at: number }).at) }),
      };
      const dated = defineJob({
        name: 'dated',
        codec,
        handler: (payload: { at: Date }) => ({ at: new Date(payload.at.getTime() + 1_000) }),
      });
      const queue = await trial.worker();
      const job = await queue.enqueue(dated, { at: new Date(5_000) });
      expect(await trial.result(queue, job)).toEqual({ at: new Date(6_000) });
      expect(await queue.getJob(job.id)).toMatchObject({
        payload: { at: new Date(5_000) },
        result: { at: new Date(6_000) },
      });
    });
  },
};
