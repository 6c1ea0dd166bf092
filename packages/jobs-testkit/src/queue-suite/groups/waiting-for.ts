import { defineJob, followJob } from '@philjs/jobs-core';
import { expect } from 'vitest';
import { expectCode } from '../../suite/expect-code.ts';
import type { QueueGroup } from '../queue-group.ts';

const echo = defineJob({ name: 'echo', handler: (payload: unknown) => payload });

/** `waitFor` returns a job's result, wherever it runs. */
export const waitingFor: QueueGroup = {
  title: 'waiting for a job',
  tests: (test) => {
    test('returns the result of a job that runs later, or ran before', async (trial) => {
      const producer = await trial.queue();
      const job = await producer.enqueue(echo, { n: 1 });
      const waiting = producer.waitFor(job);
      await trial.worker({ jobs: [echo] });
      expect(await trial.time.finish('it runs', waiting)).toEqual({ n: 1 });
      expect(await trial.time.finish('it has run', producer.waitFor(job.id))).toEqual({ n: 1 });
    });

    test('follows a job that runs elsewhere from state to state, until it has ended', async (trial) => {
      const seen: unknown[] = [];
      // Each step waits until it was seen, so that none passes between two looks.
      const goOn = new Map<unknown, () => void>();
      const walk = defineJob({
        name: 'walk',
        handler: async (_payload: undefined, ctx) => {
          for (const step of [1, 2]) {
            const isSeen = new Promise<void>((resolve) => goOn.set(step, resolve));
            await ctx.updateProgress({ step });
            await isSeen;
          }
          return 'there';
        },
      });
      const producer = await trial.queue();
      const job = await producer.enqueue(walk, undefined);
      const following = (async () => {
        for await (const { status, progress, result } of followJob(producer, job)) {
          seen.push([status, progress, result]);
          if (typeof progress === 'object') goOn.get(progress['step'])?.();
        }
      })();
      following.catch(() => undefined);
      await trial.time.until('it is followed', () => seen.length > 0);
      await trial.worker({ jobs: [walk] });
      await trial.time.finish('it has ended', following);
      expect(seen.at(0)).toEqual(['waiting', 0, undefined]);
      expect(seen).toContainEqual(['active', { step: 1 }, undefined]);
      expect(seen).toContainEqual(['active', { step: 2 }, undefined]);
      expect(seen.at(-1)).toEqual(['completed', { step: 2 }, 'there']);
    });

    test('rejects with an error of the handler’s name, message, code and fields', async (trial) => {
      const bad = defineJob({
        name: 'bad',
        attempts: 1,
        handler: (): void => {
          throw Object.assign(new TypeError('no such address'), { code: 'E_ADDRESS', status: 550 });
        },
      });
      const producer = await trial.queue();
      await trial.worker({ jobs: [bad] });
      const job = await producer.enqueue(bad, undefined);
      const error = await trial.result(producer, job).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Error);
      expect(error).toMatchObject({
        name: 'TypeError',
        message: 'no such address',
        code: 'E_ADDRESS',
        status: 550,
      });
    });

    test('gives up after its timeout, while the job goes on', async (trial) => {
      const { time } = trial;
      const queue = await trial.queue();
      const job = await queue.enqueue(echo, 1);
      const waiting = queue.waitFor(job, { timeout: time.delayMs });
      const bound = time.delayMs + time.latenessMs;
      await expectCode(time.finish('it gives up', waiting, bound), 'JOBS_TIMEOUT');
      await queue.process();
      expect(await trial.result(queue, job)).toBe(1);
    });

    test('gives up when its signal aborts, before or meanwhile', async (trial) => {
      const queue = await trial.queue();
      const job = await queue.enqueue(echo, 1);
      await expectCode(queue.waitFor(job, { signal: AbortSignal.abort() }), 'JOBS_ABORTED');
      const controller = new AbortController();
      const refused = expectCode(queue.waitFor(job, { signal: controller.signal }), 'JOBS_ABORTED');
      await trial.time.settle();
      controller.abort();
      await trial.time.finish('it gives up', refused);
    });

    test('rejects when there is no such job, or it is removed meanwhile', async (trial) => {
      const queue = await trial.queue();
      await expectCode(trial.time.finish('it answers', queue.waitFor('nobody')), 'JOBS_NOT_FOUND');
      const job = await queue.enqueue(echo, 1);
      const refused = expectCode(queue.waitFor(job), 'JOBS_NOT_FOUND');
      await trial.time.settle();
      await queue.removeJob(job.id);
      await trial.time.finish('it answers', refused);
    });

    test('rejects when the queue is closed meanwhile', async (trial) => {
      const queue = await trial.queue();
      const waiting = queue.waitFor(await queue.enqueue(echo, 1));
      const refused = expectCode(waiting, 'JOBS_QUEUE_CLOSED');
      await trial.time.settle();
      await trial.time.finish('it closes', queue.close());
      await trial.time.finish('it answers', refused);
    });
  },
};
