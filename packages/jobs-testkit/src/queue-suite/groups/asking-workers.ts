import { hostname } from 'node:os';
import { defineJob, type Job } from '@philjs/jobs-core';
import { expect } from 'vitest';
import { expectCode } from '../../suite/expect-code.ts';
import { silentLogger } from '../../suite/silent-logger.ts';
import type { QueueGroup } from '../queue-group.ts';

/** How long a request to a worker may take, in milliseconds. */
const HEARD_AFTER_MS = 20_000;
/** How long a worker that is stopped waits for its active jobs, in milliseconds. */
const STOP_AFTER_MS = 30_000;
const SELF = `${hostname()}:${process.pid}`;

/** Workers are asked, from another process, to take no new jobs or to stop; jobs say which worker ran them. */
export const askingWorkers: QueueGroup = {
  title: 'asking workers',
  needs: 'workers',
  tests: (test) => {
    test('says which process ran the latest attempt, also of a job that completed', async (trial) => {
      const moody = defineJob({
        name: 'moody',
        attempts: 2,
        backoff: { type: 'fixed', delay: 0 },
        handler: (failing: number, ctx) => {
          if (ctx.attempt <= failing) throw new Error('moody');
        },
      });
      const [queue, other] = [await trial.worker({ jobs: [moody] }), await trial.queue()];
      await queue.pause();
      const jobs = await queue.enqueueMany([0, 1, 2].map((payload) => ({ job: moody, payload })));
      expect(jobs.map(({ worker }) => worker)).toEqual([undefined, undefined, undefined]);
      await queue.resume();
      const ends = ['completed', 'completed', 'failed'] as const;
      for (const [index, job] of jobs.entries()) {
        const ended = await trial.reaches(other, job as Job, ends[index] ?? 'failed');
        expect(ended.worker).toBe(SELF);
        expect((ended.failures ?? []).map(({ worker }) => worker)).toEqual(Array(index).fill(SELF));
      }
    });

    test(
      'a quiet worker takes no new job, lets the active ones end and is gone then',
      async (trial) => {
        const { time } = trial;
        const ends = new Map<string, () => void>();
        const held = defineJob({
          name: 'held',
          handler: (name: string) => new Promise<void>((resolve) => ends.set(name, resolve)),
        });
        const heard: string[] = [];
        const logger = { ...silentLogger, info: (text: string) => void heard.push(text) };
        const queue = await trial.worker({ jobs: [held], concurrency: 2, logger });
        const other = await trial.queue({ jobs: [held] });
        const active = await other.enqueue(held, 'active');
        await time.until('it runs', () => ends.has('active'));
        const [worker] = await other.getWorkers();
        await other.askWorker(worker?.id ?? '', 'quiet');
        expect((await other.getWorkers())[0]?.asked).toBe('quiet');
        const hasHeard = (): boolean => heard.some((text) => text.includes('no new jobs'));
        await time.until('the worker hears it', hasHeard, HEARD_AFTER_MS);
        const waiting = await other.enqueue(held, 'waiting');
        await time.pass(time.isVirtual ? STOP_AFTER_MS * 2 : 500);
        expect((await other.getJob(waiting.id))?.status).toBe('waiting');
        expect((await other.getJob(active.id))?.status).toBe('active');
        ends.get('active')?.();
        await trial.reaches(other, active, 'completed');
        await time.until('it is gone', async () => (await other.getWorkers()).length === 0);
        await queue.process();
        await time.until('the other runs', () => ends.has('waiting'));
        ends.get('waiting')?.();
        await trial.reaches(other, waiting, 'completed');
      },
      { timeout: 360_000 },
    );

    test('refuses requests to workers that are not there, and requests of another kind', async (trial) => {
      const queue = await trial.worker();
      const [worker] = await queue.getWorkers();
      await expectCode(queue.askWorker('nobody', 'stop'), 'JOBS_NOT_FOUND');
      await expectCode(queue.askWorker('', 'stop'), 'JOBS_INVALID_ARGUMENT');
      const odd = queue.askWorker(worker?.id ?? '', 'exit' as never);
      await expectCode(odd, 'JOBS_INVALID_ARGUMENT');
      expect((await queue.getWorkers())[0]).not.toHaveProperty('asked');
    });
  },
};
