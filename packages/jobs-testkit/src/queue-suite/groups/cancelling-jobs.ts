import { defineJob, type JobContext } from '@philjs/jobs-core';
import { expect } from 'vitest';
import { expectCode } from '../../suite/expect-code.ts';
import type { QueueGroup } from '../queue-group.ts';

/** Resolves when a run's signal aborts. */
function aborted({ signal }: JobContext): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
}

/** Cancelling works from any process (promise 10). */
export const cancellingJobs: QueueGroup = {
  title: 'cancelling jobs',
  tests: (test) => {
    test('never starts a waiting job that was cancelled', async (trial) => {
      let runs = 0;
      const count = defineJob({ name: 'count', handler: () => ++runs });
      const queue = await trial.queue({ jobs: [count] });
      const [job, next] = [
        await queue.enqueue(count, undefined),
        await queue.enqueue(count, undefined),
      ];
      expect(await queue.cancelJob(job.id, 'changed my mind')).toBe('cancelled');
      await queue.process();
      await trial.result(queue, next);
      const cancelled = await queue.getJob(job.id);
      expect([cancelled?.status, cancelled?.error?.code, runs]).toEqual([
        'failed',
        'JOBS_CANCELLED',
        1,
      ]);
      expect(cancelled?.error?.message).toContain('changed my mind');
      await expectCode(trial.result(queue, job), 'JOBS_CANCELLED');
      expect(await queue.cancelJob(job.id)).toBe('finished');
      expect(await queue.cancelJob('nobody')).toBe('not-found');
    });

    const ENDINGS = {
      'returns as if nothing had been': () => 'done',
      'throws the reason': (ctx: JobContext): never => {
        throw ctx.signal.reason;
      },
      'throws something else because of it': (): never => {
        throw new TypeError('terminated');
      },
    };
    for (const [what, end] of Object.entries(ENDINGS)) {
      test(`ends an active job cancelled from another process, when its handler ${what}`, async (trial) => {
        let reason: unknown;
        const patient = defineJob({
          name: 'patient',
          handler: async (_payload: undefined, ctx): Promise<string> => {
            await aborted(ctx);
            reason = ctx.signal.reason;
            return end(ctx);
          },
        });
        const [worker, other] = [await trial.worker({ jobs: [patient] }), await trial.queue()];
        const job = await other.enqueue(patient, undefined);
        await trial.reaches(other, job, 'active');
        expect(await other.cancelJob(job.id, 'too late')).toBe('requested');
        const failed = await trial.reaches(other, job, 'failed');
        expect(failed).toMatchObject({ error: { code: 'JOBS_CANCELLED' }, fencingToken: 1 });
        expect(reason).toMatchObject({ code: 'JOBS_CANCELLED' });
        expect((reason as Error).message).toContain('too late');
        await trial.time.pass(2_000);
        expect((await worker.getJob(job.id))?.status).toBe('failed');
      });
    }

    test('waits for a handler that ignores its signal, unless forced', async (trial) => {
      const deaf = defineJob({ name: 'deaf', handler: () => new Promise<void>(() => undefined) });
      const next = defineJob({ name: 'next', handler: () => 'ran' });
      const [worker, other] = [await trial.worker({ jobs: [deaf, next] }), await trial.queue()];
      const job = await other.enqueue(deaf, undefined);
      const waiting = await other.enqueue(next, undefined);
      await trial.reaches(other, job, 'active');
      await other.cancelJob(job.id);
      await trial.time.pass(trial.time.delayMs);
      expect((await worker.getJob(job.id))?.status).toBe('active');
      await other.cancelJob(job.id, { force: true, reason: 'enough' });
      const failed = await trial.reaches(other, job, 'failed');
      expect(failed.error).toMatchObject({ code: 'JOBS_CANCELLED' });
      expect(await trial.result(other, waiting)).toBe('ran');
    });

    test('runs a cancelled job anew when it is retried', async (trial) => {
      const job = defineJob({ name: 'job', handler: () => 'ran' });
      const queue = await trial.queue({ jobs: [job] });
      const { id } = await queue.enqueue(job, undefined);
      await queue.cancelJob(id);
      await queue.retryJob(id);
      await queue.process();
      expect(await trial.time.finish('it runs', queue.waitFor(id))).toBe('ran');
    });
  },
};
