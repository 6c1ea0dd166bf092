import { defineJob } from '@philjs/jobs-core';
import { expect } from 'vitest';
import { expectCode } from '../../suite/expect-code.ts';
import type { QueueGroup } from '../queue-group.ts';

/** Handlers that never end are ended. */
export const timingOut: QueueGroup = {
  title: 'timing out',
  tests: (test) => {
    test('fails a handler that never settles, aborts its signal, and frees the slot', async (trial) => {
      const { time } = trial;
      let reason: unknown;
      let [startedAt, abortedAt, fails] = [0, 0, 0];
      const stuck = defineJob({
        name: 'stuck',
        attempts: 1,
        timeout: time.delayMs,
        onFail: () => {
          fails += 1;
        },
        handler: (_payload: undefined, ctx): Promise<void> => {
          startedAt = time.now();
          ctx.signal.addEventListener('abort', () => {
            abortedAt = time.now();
            reason = ctx.signal.reason;
          });
          return new Promise(() => undefined);
        },
      });
      const next = defineJob({ name: 'next', handler: () => 'ran' });
      const queue = await trial.worker({ jobs: [stuck, next] });
      const job = await queue.enqueue(stuck, undefined);
      const waiting = await queue.enqueue(next, undefined);
      const failed = await trial.reaches(queue, job, 'failed');
      expect(failed).toMatchObject({ attemptsMade: 1, error: { code: 'JOBS_TIMEOUT' } });
      expect(reason).toMatchObject({ code: 'JOBS_TIMEOUT' });
      await time.until('onFail has been called', () => fails > 0);
      // The time counts from when its worker has it: after the store calls it active, and before its handler is called.
      const activeAt = failed.processedAt?.getTime() ?? 0;
      expect(abortedAt - activeAt).toBeGreaterThanOrEqual(time.delayMs - time.precisionMs);
      expect(abortedAt - startedAt).toBeLessThanOrEqual(time.delayMs + time.mostLateMs);
      expect(await trial.result(queue, waiting)).toBe('ran');
    });

    test('tries a job again that timed out, and ignores what the first attempt does later', async (trial) => {
      const { time } = trial;
      const slow = defineJob({
        name: 'slow',
        timeout: time.delayMs,
        backoff: { type: 'fixed', delay: 0 },
        handler: async (_payload: undefined, ctx) => {
          if (ctx.attempt === 1) await time.sleep(2 * time.delayMs);
          return ctx.attempt;
        },
      });
      const queue = await trial.worker();
      const job = await queue.enqueue(slow, undefined);
      expect(await trial.result(queue, job)).toBe(2);
      await time.pass(2 * time.delayMs);
      expect(await queue.getJob(job.id)).toMatchObject({ status: 'completed', result: 2 });
    });

    test('counts the timeout a job was enqueued with in place of its definition’s', async (trial) => {
      const { time } = trial;
      const spec = {
        attempts: 1,
        handler: async (ms: number) => {
          await time.sleep(ms);
          return 'done';
        },
      };
      const short = defineJob({ ...spec, name: 'short', timeout: time.delayMs });
      const endless = defineJob({ ...spec, name: 'endless' });
      const queue = await trial.worker({ jobs: [short, endless], concurrency: 4 });
      const [long, limited] = [10 * time.delayMs + 10_000, { timeout: time.delayMs }];
      const enough = 2 * time.delayMs;
      const patient = await queue.enqueue(short, enough, { timeout: long });
      const hasty = await queue.enqueue(endless, long, limited);
      const variant = await queue.enqueue(endless.with(limited), long);
      expect([patient.timeout, hasty.timeout, variant.timeout]).toEqual([
        long,
        time.delayMs,
        time.delayMs,
      ]);
      expect(await trial.result(queue, patient)).toBe('done');
      for (const job of [hasty, variant]) {
        const failed = await trial.reaches(queue, job, 'failed');
        expect(failed).toMatchObject({
          timeout: time.delayMs,
          error: { code: 'JOBS_TIMEOUT', message: expect.stringContaining(String(time.delayMs)) },
        });
      }
      await queue.retryJob(hasty.id);
      await trial.reaches(queue, hasty, 'failed');
      const again = await queue.rerunJob(patient.id);
      expect(again.timeout).toBe(long);
      await trial.reaches(queue, again, 'completed');
      await expectCode(queue.enqueue(short, 1, { timeout: 0 }), 'JOBS_INVALID_ARGUMENT');
      await expectCode(
        queue.enqueue(short, 1, { timeout: '5s' as never }),
        'JOBS_INVALID_ARGUMENT',
      );
    });

    test('stops in time though a handler never settles, and gives the job back', async (trial) => {
      const { time } = trial;
      let runs = 0;
      const stuck = defineJob({
        name: 'stuck',
        handler: () => {
          runs += 1;
          return new Promise<void>(() => undefined);
        },
      });
      const [queue, other] = [await trial.worker({ jobs: [stuck] }), await trial.queue()];
      const job = await queue.enqueue(stuck, undefined);
      await time.until('it runs', () => runs > 0);
      const startedAt = time.now();
      await time.finish('it stops', queue.stop({ timeout: time.delayMs }), time.delayMs + 1_000);
      expect(time.now() - startedAt).toBeGreaterThanOrEqual(time.delayMs - time.precisionMs);
      expect(await other.getJob(job.id)).toMatchObject({ status: 'waiting', attemptsMade: 0 });
    });
  },
};
