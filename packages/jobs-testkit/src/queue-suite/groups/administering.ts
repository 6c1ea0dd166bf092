import type { GetJobsOptions } from '@philjs/jobs-core';
import { defineJob, type EnqueueItem, type Job } from '@philjs/jobs-core';
import { expect } from 'vitest';
import { expectCode } from '../../suite/expect-code.ts';
import type { QueueGroup } from '../queue-group.ts';
import type { QueueTrial } from '../queue-trial.ts';

const good = defineJob({ name: 'good', handler: () => 'fine' });
const bad = defineJob({
  name: 'bad',
  attempts: 1,
  handler: (message: string): void => {
    throw new Error(message);
  },
});
const stuck = defineJob({ name: 'stuck', handler: () => new Promise<void>(() => undefined) });

async function failedJobs(trial: QueueTrial, ...messages: readonly string[]): Promise<Job[]> {
  const queue = await trial.worker({ jobs: [bad] });
  const jobs = await queue.enqueueMany(messages.map((payload) => ({ job: bad, payload })));
  for (const job of jobs) await trial.reaches(queue, job, 'failed');
  await trial.time.finish('it stops', queue.stop({ timeout: 0 }));
  return jobs;
}

/** Reading jobs and changing them, one by one and in bulk. */
export const administering: QueueGroup = {
  title: 'administering',
  tests: (test) => {
    test('lists jobs by state and name, a page at a time, and counts them', async (trial) => {
      const queue = await trial.queue({ jobs: [good, bad] });
      const other = defineJob({ name: 'other', handler: () => 1 });
      for (let index = 0; index < 5; index++) await queue.enqueue(good, undefined);
      await queue.enqueue(other, undefined, { delay: 60_000 });
      expect(await queue.getStats()).toEqual({
        waiting: 5,
        delayed: 1,
        active: 0,
        completed: 0,
        failed: 0,
        cancelled: 0,
        blocked: 0,
        total: 6,
      });
      const first = await queue.getJobs({ status: 'waiting', limit: 3, order: 'oldest' });
      const cursor = first.cursor as string;
      const second = await queue.getJobs({ status: 'waiting', limit: 3, order: 'oldest', cursor });
      expect([first.jobs.length, second.jobs.length]).toEqual([3, 2]);
      expect(new Set([...first.jobs, ...second.jobs].map((job) => job.id)).size).toBe(5);
      const all = async (options: GetJobsOptions): Promise<string[]> => {
        const page = await queue.getJobs(options);
        const names = page.jobs.map((job) => job.name);
        if (page.cursor === undefined) return names;
        return [...names, ...(await all({ ...options, cursor: page.cursor }))];
      };
      expect(await all({ name: ['other', 'nobody'] })).toEqual(['other']);
      expect(await all({})).toHaveLength(6);
    });

    test('finds no job of an unknown id', async (trial) => {
      const queue = await trial.queue();
      expect(await queue.getJob('nobody')).toBeUndefined();
      expect(await queue.removeJob('nobody')).toBe(false);
      await expectCode(queue.retryJob('nobody'), 'JOBS_NOT_FOUND');
      await expectCode(queue.promoteJob('nobody'), 'JOBS_NOT_FOUND');
    });

    test('refuses what does not fit a job’s state', async (trial) => {
      const queue = await trial.worker({ jobs: [stuck] });
      const job = await queue.enqueue(stuck, undefined);
      await trial.reaches(queue, job, 'active');
      await expectCode(queue.removeJob(job.id), 'JOBS_CONFLICT');
      await expectCode(queue.retryJob(job.id), 'JOBS_CONFLICT');
      await expectCode(queue.promoteJob(job.id), 'JOBS_CONFLICT');
      expect((await queue.getJob(job.id))?.status).toBe('active');
    });

    test('removes a job that is not active', async (trial) => {
      const queue = await trial.queue();
      const job = await queue.enqueue(good, undefined);
      expect(await queue.removeJob(job.id)).toBe(true);
      expect(await queue.getJob(job.id)).toBeUndefined();
    });

    test('retries a failed job with all its attempts', async (trial) => {
      const [job] = (await failedJobs(trial, 'once')) as [Job];
      const queue = await trial.queue();
      await queue.retryJob(job.id);
      const waiting = await queue.getJob(job.id);
      expect(waiting).toMatchObject({ status: 'waiting', attemptsMade: 0 });
      expect(waiting).not.toHaveProperty('error');
    });

    test('promotes a delayed job', async (trial) => {
      const queue = await trial.worker({ jobs: [good] });
      const job = await queue.enqueue(good, undefined, { delay: 86_400_000 });
      await queue.promoteJob(job.id);
      expect(await trial.result(queue, job)).toBe('fine');
    });

    test('retries the failed jobs that match, up to a limit, or counts them only', async (trial) => {
      await failedJobs(trial, 'a', 'b', 'a', 'a');
      const queue = await trial.queue();
      expect(await queue.retryJobs({ error: 'a', dryRun: true })).toBe(3);
      expect((await queue.getStats()).failed).toBe(4);
      expect(await queue.retryJobs({ error: 'a', limit: 2 })).toBe(2);
      expect(await queue.retryJobs({ name: 'nobody' })).toBe(0);
      expect(await queue.retryJobs()).toBe(2);
      expect(await queue.getStats()).toMatchObject({ failed: 0, waiting: 4 });
    });

    test('removes the jobs that match, telling how far it is', async (trial) => {
      const queue = await trial.queue();
      const items = Array.from({ length: 1_200 }, () => ({ job: good, payload: undefined }));
      const jobs = await queue.enqueueMany(items);
      const steps: number[] = [];
      const ids = jobs.slice(0, 1_100).map((job) => job.id);
      const onProgress = ({ changed }: { changed: number }): void => void steps.push(changed);
      expect(await queue.removeJobs({ ids, onProgress })).toBe(1_100);
      expect(steps.at(-1)).toBe(1_100);
      expect(steps.length).toBeGreaterThan(1);
      expect((await queue.getStats()).waiting).toBe(100);
      expect(await queue.removeJobs({ status: 'waiting', name: 'good' })).toBe(100);
    });

    test(
      'removes and cancels jobs that wait for others before those, however many they are',
      async (trial) => {
        const queue = await trial.worker({ jobs: [good] });
        const enqueueChain = async (size: number): Promise<void> => {
          const items: EnqueueItem<typeof good, undefined>[] = [];
          for (let index = 0; index < size; index++) {
            const options = index === 0 ? { delay: 86_400_000 } : { dependsOn: items.slice(-1) };
            items.push({ job: good, payload: undefined, options });
          }
          await queue.enqueueMany(items);
        };
        // More than core lists at once.
        await enqueueChain(520);
        expect(await queue.removeJobs()).toBe(520);
        await enqueueChain(60);
        expect(await queue.cancelJobs()).toBe(60);
        await trial.time.settle();
        expect(await queue.getStats()).toMatchObject({ cancelled: 60, failed: 0, total: 60 });
      },
      { needs: 'workflows' },
    );

    test('clears everything that is not active', async (trial) => {
      const queue = await trial.worker({ jobs: [stuck] });
      const job = await queue.enqueue(stuck, undefined);
      await trial.reaches(queue, job, 'active');
      await queue.enqueue(stuck, undefined);
      await queue.enqueue(stuck, undefined, { delay: 60_000 });
      expect(await queue.clear()).toBe(2);
      expect(await queue.getStats()).toMatchObject({ active: 1, total: 1 });
    });

    test('keeps of finished jobs what the options say', async (trial) => {
      const queue = await trial.worker({ jobs: [good, bad] });
      const kept = async (removeOnComplete: true | false | number): Promise<boolean> => {
        const job = await queue.enqueue(good, undefined, { removeOnComplete });
        const later = await queue.enqueue(good, undefined);
        await trial.reaches(queue, later, 'completed');
        return (await queue.getJob(job.id)) !== undefined;
      };
      expect([await kept(true), await kept(false), await kept(5)]).toEqual([false, true, true]);
      const failed = await queue.enqueue(bad, 'x', { removeOnFail: { count: 0 } });
      await trial.time.until(
        'it is gone',
        async () => (await queue.getJob(failed.id)) === undefined,
      );
    });

    test('says why a job is not running', async (trial) => {
      const queue = await trial.queue({ jobs: [good] });
      const why = async (id: string): Promise<string | undefined> =>
        (await queue.explain(id)).reasons[0]?.reason;
      const delayed = await queue.enqueue(good, undefined, { delay: 60_000 });
      const waiting = await queue.enqueue(good, undefined);
      expect([await why('nobody'), await why(delayed.id)]).toEqual(['not-found', 'delayed']);
      if (trial.capabilities.workers) expect(await why(waiting.id)).toBe('no-worker');
      await queue.pause();
      expect(await why(waiting.id)).toBe('paused');
      await queue.resume();
      await queue.cancelJob(delayed.id);
      await queue.process();
      await trial.result(queue, waiting);
      expect([await why(delayed.id), await why(waiting.id)]).toEqual(['cancelled', 'completed']);
    });
  },
};
