import { defineJob, type Queue } from '@philjs/jobs-core';
import { expect } from 'vitest';
import { expectCode } from '../../suite/expect-code.ts';
import type { QueueGroup } from '../queue-group.ts';
import type { QueueTrial } from '../queue-trial.ts';

const echo = defineJob({ name: 'echo', handler: (payload: unknown) => payload });

/** The jobs named `stuck` that run, by id. */
const running = new Set<string>();

const stuck = defineJob({
  name: 'stuck',
  handler: (_payload: undefined, { jobId }) => {
    running.add(jobId);
    return new Promise<void>(() => undefined);
  },
});

/** The states a queue may be in when it is closed; the test awaits what is still under way. */
interface Pending {
  readonly under?: Promise<unknown>;
}

async function makeBusy(trial: QueueTrial, queue: Queue): Promise<Pending> {
  await queue.process();
  const { id } = await queue.enqueue(stuck, undefined);
  await trial.time.until('it runs', () => running.has(id));
  return {};
}

const STATES: { readonly [state: string]: (trial: QueueTrial, queue: Queue) => Promise<Pending> } =
  {
    new: async () => ({}),
    opening: async (_trial, queue) => ({ under: queue.process().catch(() => undefined) }),
    open: async (_trial, queue) => {
      await queue.isPaused();
      return {};
    },
    processing: async (_trial, queue) => {
      await queue.process();
      return {};
    },
    paused: async (_trial, queue) => {
      await queue.process();
      await queue.pause();
      return {};
    },
    busy: makeBusy,
    stopping: async (trial, queue) => {
      await makeBusy(trial, queue);
      return { under: queue.stop({ timeout: 0 }) };
    },
    stopped: async (trial, queue) => {
      await makeBusy(trial, queue);
      await trial.time.finish('it stops', queue.stop({ timeout: 0 }));
      return {};
    },
  };

/** The time `close` may take in all with a timeout of 0, in milliseconds. */
const BOUND_MS = 6_000;

/** Pausing, stopping and closing, in every state and at every time (promises 9 and 15). */
export const living: QueueGroup = {
  title: 'living and ending',
  tests: (test) => {
    test('stops, enqueues meanwhile, and processes again', async (trial) => {
      const queue = await trial.worker({ jobs: [echo] });
      await trial.result(queue, await queue.enqueue(echo, 1));
      await trial.time.finish('it stops', queue.stop());
      const job = await queue.enqueue(echo, 2);
      await trial.time.pass(trial.time.delayMs);
      expect((await queue.getJob(job.id))?.status).toBe('waiting');
      await queue.process();
      expect(await trial.result(queue, job)).toBe(2);
    });

    test('aborts what is not done in time with the reason, and uses no attempt', async (trial) => {
      let [runs, reason]: [number, unknown] = [0, undefined];
      const slow = defineJob({
        name: 'slow',
        handler: (_payload: undefined, ctx) =>
          new Promise<void>((_resolve, reject) => {
            runs += 1;
            ctx.signal.addEventListener('abort', () => {
              reason = ctx.signal.reason;
              reject(new Error('aborted'));
            });
          }),
      });
      const [queue, other] = [await trial.worker({ jobs: [slow] }), await trial.queue()];
      const job = await queue.enqueue(slow, undefined);
      await trial.time.until('it runs', () => runs > 0);
      await trial.time.finish('it stops', queue.stop({ timeout: 0 }), 1_000);
      expect(reason).toMatchObject({ code: 'JOBS_WORKER_STOPPED' });
      const back = await trial.reaches(other, job, 'waiting');
      expect([back.attemptsMade, back.error]).toEqual([0, undefined]);
    });

    test('starts one worker, however often it is called', async (trial) => {
      let active = 0;
      let most = 0;
      const busy = defineJob({
        name: 'busy',
        handler: async () => {
          most = Math.max(most, ++active);
          await trial.time.sleep(10);
          active -= 1;
        },
      });
      const queue = await trial.queue({ jobs: [busy] });
      await Promise.all([queue.process(), queue.process()]);
      await queue.process();
      const jobs = await queue.enqueueMany(
        Array.from({ length: 4 }, () => ({ job: busy, payload: undefined })),
      );
      for (const job of jobs) await trial.reaches(queue, job, 'completed');
      expect(most).toBe(1);
    });

    for (const state of Object.keys(STATES)) {
      test(`closes while ${state}, twice, and refuses every call afterwards`, async (trial) => {
        const queue = await trial.queue({ jobs: [stuck] });
        const pending = await STATES[state]?.(trial, queue);
        const closing = [queue.close({ timeout: 0 }), queue.close({ timeout: 0 })];
        await trial.time.finish('it closes', Promise.all([...closing, pending?.under]), BOUND_MS);
        await trial.time.finish('it closes again', queue.close(), BOUND_MS);
        await expectCode(queue.enqueue(stuck, undefined), 'JOBS_QUEUE_CLOSED');
        await expectCode(queue.getStats(), 'JOBS_QUEUE_CLOSED');
        await expectCode(queue.process(), 'JOBS_QUEUE_CLOSED');
        await expectCode(queue.pause(), 'JOBS_QUEUE_CLOSED');
        await trial.time.finish('stopping it is no harm', queue.stop());
      });
    }

    test('closes once the calls under way have ended', async (trial) => {
      const [queue, other] = [await trial.queue(), await trial.queue()];
      await Promise.all([queue.getStats(), other.getStats()]);
      const calls = Array.from({ length: 50 }, (_, index) => queue.enqueue(echo, index));
      await trial.time.finish('it closes', queue.close(), BOUND_MS);
      await trial.time.finish('the calls end', Promise.all(calls));
      expect(await other.getStats()).toMatchObject({ waiting: 50 });
    });

    test(
      'lists its workers, each with the jobs and versions it knows',
      async (trial) => {
        const second = defineJob({
          name: 'second',
          version: 4,
          migrate: { 1: (p) => p, 2: (p) => p, 3: (p) => p },
          handler: () => 1,
        });
        const queue = await trial.worker({ jobs: [echo, second], concurrency: 3 });
        const [worker, ...others] = await queue.getWorkers();
        expect(others).toEqual([]);
        expect(worker).toMatchObject({
          pid: process.pid,
          concurrency: 3,
          jobs: { echo: 1, second: 4 },
        });
        await trial.time.finish('it stops', queue.stop());
        expect(await queue.getWorkers()).toEqual([]);
      },
      { needs: 'workers' },
    );
  },
};
