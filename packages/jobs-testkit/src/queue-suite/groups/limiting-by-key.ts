import type { LimitSettings } from '@philjs/jobs-core';
import { defineJob } from '@philjs/jobs-core';
import { expect } from 'vitest';
import { expectCode } from '../../suite/expect-code.ts';
import { silentLogger } from '../../suite/silent-logger.ts';
import type { QueueGroup } from '../queue-group.ts';
import type { QueueTrial } from '../queue-trial.ts';

interface Call {
  readonly tenant: string;
  readonly n: number;
}

/** Makes a job that notes its starts, with the given limits by tenant; it takes time where its payload says so. */
function limitedCalls(trial: QueueTrial, options: object, lastsMs = 0) {
  const starts: { readonly call: string; readonly at: number }[] = [];
  const job = defineJob({
    name: 'call',
    ...options,
    handler: async ({ tenant, n }: Call) => {
      starts.push({ call: `${tenant}${n}`, at: trial.time.now() });
      if (lastsMs > 0) await trial.time.sleep(lastsMs);
    },
  });
  return { job, starts, calls: (): string[] => starts.map(({ call }) => call) };
}

const key = ({ tenant }: Call): string => tenant;

/** Limits are counted by keys, in starts, and may be changed while workers run. */
export const limitingByKey: QueueGroup = {
  title: 'limiting by key',
  needs: 'limits',
  tests: (test) => {
    test('fetches a job over its rate once, when it may start', async (trial) => {
      const { time } = trial;
      const per = 8 * time.delayMs;
      const { job, starts } = limitedCalls(trial, { rateLimit: { max: 1, per } });
      // A worker that is later than a twentieth of `per` gives the job back, says so, and fetches it again.
      const warnings: string[] = [];
      const logger = { ...silentLogger, warn: (text: string) => void warnings.push(text) };
      const queue = await trial.worker({ jobs: [job], concurrency: 3, logger });
      const items = [1, 2, 3].map((n) => ({ job, payload: { tenant: 'a', n } }));
      const jobs = await queue.enqueueMany(items);
      await time.until('all have run', () => starts.length === 3, 4 * per);
      expect((starts[2]?.at ?? 0) - (starts[0]?.at ?? 0)).toBeGreaterThanOrEqual(1.9 * per);
      for (const { id } of jobs) {
        const { attemptsMade, fencingToken } = await trial.reaches(queue, id, 'completed');
        expect(attemptsMade).toBe(1);
        const wasLate = !time.isVirtual && warnings.some((text) => text.includes('given back'));
        if (!wasLate) expect(fencingToken).toBe(1);
      }
    });

    test('spreads the starts that a pause has held up like any others', async (trial) => {
      const { time } = trial;
      const rate = { max: 5, per: 2 * time.delayMs };
      const { job, starts } = limitedCalls(trial, { rateLimit: rate });
      const queue = await trial.worker({ jobs: [job], concurrency: 20 });
      const items = Array.from({ length: 15 }, (_, n) => ({ job, payload: { tenant: 'a', n } }));
      await queue.enqueueMany(items);
      await time.until('the first have run', () => starts.length === 5);
      await queue.pause();
      await time.pass(1.95 * rate.per);
      await queue.resume();
      await time.until('all have run', () => starts.length === 15, 4 * rate.per);
      for (let first = 0; first + 5 < 15; first++) {
        const window = (starts[first + 5]?.at ?? 0) - (starts[first]?.at ?? 0);
        expect(window).toBeGreaterThanOrEqual(0.95 * rate.per);
      }
    });

    test('asks a job for its keys that was enqueued by name alone, and keeps its turn', async (trial) => {
      const options = { concurrency: { max: 1, key }, rateLimit: { max: 1, per: 86_400_000, key } };
      const { job, calls } = limitedCalls(trial, options);
      const producer = await trial.queue({ unknownJobs: 'accept' });
      for (const [n, tenant] of ['a', 'a', 'b'].entries()) {
        await producer.enqueue('call' as never, { tenant, n } as never);
      }
      const queue = await trial.worker({ jobs: [job], concurrency: 1 });
      await queue.enqueue(job, { tenant: 'c', n: 3 });
      await trial.time.until('each tenant has called', () => calls().length === 3);
      await trial.time.settle();
      expect(calls()).toEqual(['a0', 'b2', 'c3']);
      const [waiting] = (await queue.getJobs({ status: 'waiting' })).jobs;
      expect(waiting).toMatchObject({ payload: { tenant: 'a', n: 1 }, attemptsMade: 0 });
    });

    test('refuses a job whose key cannot be worked out, and stores nothing', async (trial) => {
      const { job } = limitedCalls(trial, { concurrency: { max: 1, key: () => '' } });
      const queue = await trial.queue({ jobs: [job] });
      await expectCode(queue.enqueue(job, { tenant: 'a', n: 1 }), 'JOBS_INVALID_ARGUMENT');
      const items = [{ job, payload: { tenant: 'a', n: 1 } }];
      await expectCode(queue.enqueueMany(items), 'JOBS_INVALID_ARGUMENT');
      expect((await queue.getStats()).total).toBe(0);
    });

    test('sets other limits than the definition has, at once, until that is taken back', async (trial) => {
      const { time } = trial;
      const { job, starts } = limitedCalls(trial, { concurrency: 1 }, 1_000_000);
      const queue = await trial.worker({ jobs: [job], concurrency: 10 });
      await queue.enqueueMany(
        Array.from({ length: 8 }, (_, n) => ({ job, payload: { tenant: 'a', n } })),
      );
      const becomes = async (count: number): Promise<void> => {
        await time.until(`${count} are running`, () => starts.length === count);
        await time.settle();
        expect(starts).toHaveLength(count);
      };
      await becomes(1);
      await queue.setLimits('call', { concurrency: 3 });
      await becomes(3);
      expect((await queue.getLimits('call')).limits).toEqual({ concurrency: 3 });
      await queue.setLimits('call', { concurrency: null, rateLimit: { max: 5, per: 86_400_000 } });
      await becomes(8);
      await queue.setLimits('call', null);
      expect((await queue.getLimits('call')).limits).toEqual({ concurrency: 1 });
    });

    test('refuses limits that make no sense', async (trial) => {
      const queue = await trial.queue();
      const bad = [
        { concurrency: 0 },
        { concurrency: { max: 1 } },
        { concurrencyPerKey: 1.5 },
        { rateLimit: { max: 1 } },
        { rateLimit: { max: 1, per: 1, key: () => '' } },
        { rate: { max: 1, per: 1 } },
        'none',
        undefined,
      ];
      for (const limits of bad) {
        const setting = queue.setLimits('call', limits as LimitSettings);
        await expectCode(setting, 'JOBS_INVALID_ARGUMENT');
      }
      await expectCode(queue.setLimits('', { concurrency: 1 }), 'JOBS_INVALID_ARGUMENT');
    });

    test('pauses and resumes only jobs of a name that the queue or the store knows', async (trial) => {
      const { job } = limitedCalls(trial, {});
      const queue = await trial.queue({ jobs: [job] });
      await expectCode(queue.pauseJobs('cal'), 'JOBS_UNKNOWN_JOB');
      await expectCode(queue.resumeJobs('cal'), 'JOBS_UNKNOWN_JOB');
      const other = await trial.queue({ jobs: [defineJob({ name: 'cal', handler: () => 1 })] });
      await other.enqueue('cal', undefined, { delay: 60_000 });
      await queue.pauseJobs('cal');
      expect(await queue.getLimits('cal')).toMatchObject({ paused: true });
      await queue.resumeJobs('cal');
      expect(await queue.getLimits('cal')).toMatchObject({ paused: false });
    });

    test('pauses the jobs of a name, says so, and resumes them', async (trial) => {
      const { job, calls } = limitedCalls(trial, {});
      const free = defineJob({ name: 'free', handler: () => 'ran' });
      const queue = await trial.worker({ jobs: [job, free], concurrency: 2 });
      await queue.pauseJobs('call');
      const paused = await queue.enqueue(job, { tenant: 'a', n: 1 });
      expect(await trial.result(queue, await queue.enqueue(free, undefined))).toBe('ran');
      expect(calls()).toEqual([]);
      const { reasons } = await queue.explain(paused.id);
      expect(reasons.map(({ reason }) => reason)).toContain('jobs-paused');
      await queue.resumeJobs('call');
      await trial.reaches(queue, paused, 'completed');
    });

    test('says what a job over its limits waits for, and until when', async (trial) => {
      const { job, starts } = limitedCalls(
        trial,
        { concurrency: { max: 1, key }, rateLimit: { max: 1, per: 86_400_000 } },
        1_000_000,
      );
      const queue = await trial.worker({ jobs: [job], concurrency: 5 });
      const first = await queue.enqueue(job, { tenant: 'a', n: 1 });
      const second = await queue.enqueue(job, { tenant: 'a', n: 2 });
      await trial.time.until('the first runs', () => starts.length === 1);
      // The store notes when it started: the handler of a busy machine begins later by any length.
      const startedAt = (await queue.getJob(first.id))?.processedAt?.getTime() ?? 0;
      const { status, reasons } = await queue.explain(second.id);
      expect(status).toBe('waiting');
      expect(reasons.map(({ reason }) => reason)).toEqual(['rate-limited', 'concurrency-full']);
      const until = reasons[0]?.until?.getTime() ?? 0;
      const { precisionMs } = trial.time;
      expect(Math.abs(until - startedAt - 86_400_000)).toBeLessThanOrEqual(precisionMs);
    });

    test('lets a handler hold back the others of its line', async (trial) => {
      const { time } = trial;
      const starts: { readonly tenant: string; readonly at: number }[] = [];
      const job = defineJob({
        name: 'call',
        concurrency: { max: 5, key },
        handler: async ({ tenant }: Call, ctx) => {
          starts.push({ tenant, at: time.now() });
          if (starts.length === 1) await ctx.holdBack(2 * time.delayMs);
        },
      });
      const queue = await trial.worker({ jobs: [job], concurrency: 1 });
      const items = ['a', 'a', 'b'].map((tenant, n) => ({ job, payload: { tenant, n } }));
      await queue.enqueueMany(items);
      await time.until('all have run', () => starts.length === 3, 4 * time.delayMs);
      expect(starts.map(({ tenant }) => tenant)).toEqual(['a', 'b', 'a']);
      const waited = (starts[2]?.at ?? 0) - (starts[0]?.at ?? 0);
      expect(waited).toBeGreaterThanOrEqual(2 * time.delayMs - time.precisionMs);
    });
  },
};
