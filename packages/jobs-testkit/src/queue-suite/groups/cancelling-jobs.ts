import { defineJob, type JobContext, type JobsError } from '@philjs/jobs-core';
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
        'cancelled',
        'JOBS_CANCELLED',
        1,
      ]);
      expect(cancelled?.error?.message).toContain('changed my mind');
      await expectCode(trial.result(queue, job), 'JOBS_CANCELLED');
      expect(await queue.getStats()).toMatchObject({
        cancelled: 1,
        failed: 0,
        completed: 1,
        total: 2,
      });
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
        let [runs, reason]: [number, unknown] = [0, undefined];
        const patient = defineJob({
          name: 'patient',
          handler: async (_payload: undefined, ctx): Promise<string> => {
            runs += 1;
            await aborted(ctx);
            reason = ctx.signal.reason;
            return end(ctx);
          },
        });
        const [worker, other] = [await trial.worker({ jobs: [patient] }), await trial.queue()];
        const job = await other.enqueue(patient, undefined);
        await trial.time.until('it runs', () => runs > 0);
        expect(await other.cancelJob(job.id, 'too late')).toBe('requested');
        const ended = await trial.reaches(other, job, 'cancelled');
        expect(ended).toMatchObject({ error: { code: 'JOBS_CANCELLED' }, fencingToken: 1 });
        expect(reason).toMatchObject({ code: 'JOBS_CANCELLED' });
        expect((reason as Error).message).toContain('too late');
        await trial.time.pass(2_000);
        expect((await worker.getJob(job.id))?.status).toBe('cancelled');
      });
    }

    test('waits for a handler that ignores its signal, unless forced', async (trial) => {
      let runs = 0;
      const deaf = defineJob({
        name: 'deaf',
        handler: () => {
          runs += 1;
          return new Promise<void>(() => undefined);
        },
      });
      const next = defineJob({ name: 'next', handler: () => 'ran' });
      const [worker, other] = [await trial.worker({ jobs: [deaf, next] }), await trial.queue()];
      const job = await other.enqueue(deaf, undefined);
      const waiting = await other.enqueue(next, undefined);
      await trial.time.until('it runs', () => runs > 0);
      await other.cancelJob(job.id);
      await trial.time.pass(trial.time.delayMs);
      expect((await worker.getJob(job.id))?.status).toBe('active');
      await other.cancelJob(job.id, { force: true, reason: 'enough' });
      const ended = await trial.reaches(other, job, 'cancelled');
      expect(ended.error).toMatchObject({ code: 'JOBS_CANCELLED' });
      expect(await trial.result(other, waiting)).toBe('ran');
    });

    test('tells that the lease of a dead worker has ended, and ends its job by force', async (trial) => {
      const { lockMs, precisionMs } = trial.time;
      let runs = 0;
      const calls: unknown[] = [];
      const stuck = defineJob({
        name: 'stuck',
        onCancel: (_error, { jobId }) => void calls.push(jobId),
        handler: () => {
          runs += 1;
          return new Promise<void>(() => undefined);
        },
      });
      const dying = await trial.worker({ jobs: [stuck], lockDuration: lockMs });
      const other = await trial.queue({ jobs: [stuck] });
      const job = await other.enqueue(stuck, undefined);
      await trial.time.until('it runs', () => runs > 0);
      expect((await other.getJob(job.id))?.lease).toMatchObject({
        hasEnded: false,
        endsAt: expect.any(Date),
      });
      await trial.kill(dying);
      await trial.time.pass(lockMs + precisionMs);
      expect((await other.getJob(job.id))?.lease?.hasEnded).toBe(true);
      expect(await other.cancelJob(job.id)).toBe('requested');
      expect(await other.cancelJob(job.id, { force: true })).toBe('cancelled');
      const ended = await other.getJob(job.id);
      expect(ended).toMatchObject({ status: 'cancelled', error: { code: 'JOBS_CANCELLED' } });
      expect(ended?.lease).toBeUndefined();
      expect(calls).toEqual([job.id]);
      expect(await other.removeJob(job.id)).toBe(true);
    });

    test('ends waiting for a job that is cancelled meanwhile with JOBS_CANCELLED', async (trial) => {
      const later = defineJob({ name: 'later', handler: () => 'ran' });
      const [queue, other] = [await trial.queue({ jobs: [later] }), await trial.queue()];
      const job = await queue.enqueue(later, undefined, { delay: 3_600_000 });
      const refused = expectCode(trial.result(queue, job), 'JOBS_CANCELLED');
      await trial.time.settle();
      await other.cancelJob(job.id, 'no need');
      await refused;
    });

    test('calls onCancel where the job ran, and where one was cancelled that had not started', async (trial) => {
      const calls: unknown[] = [];
      let runs = 0;
      const patient = defineJob({
        name: 'patient',
        onFail: () => void calls.push('fail'),
        onCancel: (error, ctx) => void calls.push([(error as JobsError).code, ctx.payload]),
        handler: (_payload: string, ctx) => {
          runs += 1;
          return aborted(ctx);
        },
      });
      const [queue, other] = [await trial.queue({ jobs: [patient] }), await trial.queue()];
      const waiting = await queue.enqueue(patient, 'waits');
      expect(await queue.cancelJob(waiting.id)).toBe('cancelled');
      expect(calls).toEqual([['JOBS_CANCELLED', 'waits']]);
      await queue.process();
      const job = await queue.enqueue(patient, 'runs');
      await trial.time.until('it runs', () => runs > 0);
      await other.cancelJob(job.id);
      await trial.reaches(other, job, 'cancelled');
      await trial.time.until('onCancel has been called', () => calls.length >= 2);
      expect(calls).toEqual([
        ['JOBS_CANCELLED', 'waits'],
        ['JOBS_CANCELLED', 'runs'],
      ]);
    });

    test('keeps cancelled jobs as `removeOnCancel` says, apart from failed ones', async (trial) => {
      const job = defineJob({
        name: 'job',
        removeOnFail: true,
        removeOnCancel: 1,
        handler: () => 'ran',
      });
      const queue = await trial.queue({ jobs: [job] });
      const [a, b] = [await queue.enqueue(job, undefined), await queue.enqueue(job, undefined)];
      const gone = await queue.enqueue(job, undefined, { removeOnCancel: true });
      for (const { id } of [gone, a, b]) {
        await queue.cancelJob(id);
        await trial.time.pass(5);
      }
      const { jobs } = await queue.getJobs({ status: 'cancelled' });
      expect(jobs.map(({ id }) => id)).toEqual([b.id]);
    });

    test('leaves cancelled jobs alone when failed ones are retried together', async (trial) => {
      const job = defineJob({ name: 'job', handler: () => 'ran' });
      const queue = await trial.queue({ jobs: [job] });
      const { id } = await queue.enqueue(job, undefined);
      await queue.cancelJob(id);
      expect(await queue.retryJobs()).toBe(0);
      expect(await queue.retryJobs({ ids: [id] })).toBe(0);
      expect(await queue.retryJobs({ status: 'cancelled' })).toBe(0);
      expect((await queue.getJob(id))?.status).toBe('cancelled');
      expect((await queue.explain(id)).reasons[0]?.reason).toBe('cancelled');
    });
  },
};
