import { defineJob, type JobContext } from '@philjs/jobs-core';
import { expect } from 'vitest';
import type { QueueGroup } from '../queue-group.ts';

/** Handlers run with the context they were promised. */
export const running: QueueGroup = {
  title: 'running',
  tests: (test) => {
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
