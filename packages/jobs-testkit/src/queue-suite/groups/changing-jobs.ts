import { defineJob, type Job } from '@philjs/jobs-core';
import { expect } from 'vitest';
import { expectCode } from '../../suite/expect-code.ts';
import type { QueueGroup } from '../queue-group.ts';

const DAY = 86_400_000;
const mail = defineJob({
  name: 'mail',
  handler: ({ to }: { to: string }) => `to ${to}`,
});
const numbers = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value: unknown) =>
      typeof value === 'number' ? { value } : { issues: [{ message: 'no number' }] },
  },
} as const;
const bad = defineJob({
  name: 'bad',
  attempts: 1,
  handler: (code: string): void => {
    throw Object.assign(new Error('no'), { code });
  },
});
const later = { delay: DAY };
const welcome = defineJob({
  name: 'welcome',
  handler: ({ id }: { readonly id: number }) => id,
  deduplicate: ({ id }) => `${id}`,
  tags: ({ id }) => [`user-${id}`],
});

/** Changing waiting jobs, running jobs again, and bulk changes by query. */
export const changingJobs: QueueGroup = {
  title: 'changing jobs',
  tests: (test) => {
    test(
      'changes a job that waits, and runs it as it was changed',
      async (trial) => {
        const queue = await trial.queue({ jobs: [mail] });
        const job = await queue.enqueue(mail, { to: 'ada' }, later);
        await queue.updateJob(job.id, {
          payload: { to: 'bob' },
          priority: 5,
          attempts: 9,
          metadata: { by: 'ops' },
        });
        expect(await queue.getJob(job.id)).toMatchObject({
          payload: { to: 'bob' },
          priority: 5,
          maxAttempts: 9,
          metadata: { by: 'ops' },
          status: 'delayed',
        });
        await queue.updateJob(job.id, { delay: 0 });
        await queue.process();
        expect(await trial.result(queue, job)).toBe('to bob');
      },
      { needs: 'updates' },
    );

    test(
      'checks a change as it checks what is enqueued, before anything is stored',
      async (trial) => {
        const picky = defineJob({
          name: 'picky',
          schema: numbers,
          handler: (value: unknown) => value,
        });
        const queue = await trial.queue({ jobs: [picky] });
        const { id } = await queue.enqueue(picky, 1, later);
        const refused: [object, string][] = [
          [{ payload: 'one' }, 'JOBS_INVALID_PAYLOAD'],
          [{ payload: 1n }, 'JOBS_PAYLOAD_NOT_SERIALIZABLE'],
          [{ priority: 0.5 }, 'JOBS_INVALID_ARGUMENT'],
          [{ attempts: 0 }, 'JOBS_INVALID_ARGUMENT'],
          [{ runAt: new Date(Number.NaN) }, 'JOBS_INVALID_ARGUMENT'],
          [{ delay: 1, runAt: 1 }, 'JOBS_INVALID_ARGUMENT'],
          [{ metadata: [] }, 'JOBS_INVALID_ARGUMENT'],
          [{ jobId: 'other' }, 'JOBS_INVALID_ARGUMENT'],
        ];
        for (const [changes, code] of refused) {
          await expectCode(queue.updateJob(id, changes), code as never);
        }
        expect(await queue.getJob(id)).toMatchObject({ payload: 1, priority: 0, metadata: {} });
        await expectCode(queue.updateJob('nobody', { priority: 1 }), 'JOBS_NOT_FOUND');
      },
      { needs: 'updates' },
    );

    test(
      'changes no job that has ended, but for what is noted of it',
      async (trial) => {
        const queue = await trial.worker({ jobs: [mail] });
        const job = await queue.enqueue(mail, { to: 'ada' });
        await trial.reaches(queue, job, 'completed');
        await expectCode(queue.updateJob(job.id, { priority: 1 }), 'JOBS_CONFLICT');
        await queue.updateJob(job.id, { metadata: { seen: true } });
        expect((await queue.getJob(job.id))?.metadata).toEqual({ seen: true });
      },
      { needs: 'updates' },
    );

    test(
      'leaves a job where it stands when its priority is the one it has',
      async (trial) => {
        const ran: string[] = [];
        const note = defineJob({
          name: 'note',
          handler: (text: string) => void ran.push(text),
        });
        const queue = await trial.queue({ jobs: [note], concurrency: 1 });
        const first = await queue.enqueue(note, 'first', { priority: 2 });
        const last = await queue.enqueue(note, 'last', { priority: 2 });
        await queue.updateJob(first.id, { priority: 2, attempts: 7 });
        expect(await queue.getJob(first.id)).toMatchObject({ priority: 2, maxAttempts: 7 });
        await queue.process();
        await trial.reaches(queue, first, 'completed');
        await trial.reaches(queue, last, 'completed');
        expect(ran).toEqual(['first', 'last']);
      },
      { needs: 'updates' },
    );

    test(
      'refuses to change jobs without updates',
      async (trial) => {
        const queue = await trial.queue({ jobs: [mail] });
        const { id } = await queue.enqueue(mail, { to: 'ada' });
        await expectCode(queue.updateJob(id, { priority: 1 }), 'JOBS_NOT_SUPPORTED');
      },
      { lacks: 'updates' },
    );

    test('runs a completed job again as another one, which says of which', async (trial) => {
      const queue = await trial.worker({ jobs: [mail] });
      const options = { priority: 3, attempts: 2, metadata: { tenant: 'a' } };
      const job = await queue.enqueue(mail, { to: 'ada' }, options);
      await expectCode(queue.rerunJob('nobody'), 'JOBS_NOT_FOUND');
      await trial.reaches(queue, job, 'completed');
      const again = await queue.rerunJob(job.id);
      expect(again.id).not.toBe(job.id);
      expect(again).toMatchObject({
        name: 'mail',
        payload: { to: 'ada' },
        priority: 3,
        maxAttempts: 2,
        metadata: { tenant: 'a', rerunOf: job.id },
      });
      expect(await trial.result(queue, again as Job<unknown, string>)).toBe('to ada');
      expect((await queue.getJob(job.id))?.status).toBe('completed');
      const waiting = await queue.enqueue(mail, { to: 'bob' }, later);
      await expectCode(queue.rerunJob(waiting.id), 'JOBS_CONFLICT');
    });

    test(
      'gives a job the key and the tags of its new payload, unless another one holds the key',
      async (trial) => {
        const queue = await trial.queue({ jobs: [welcome] });
        const first = await queue.enqueue(welcome, { id: 1 }, later);
        const second = await queue.enqueue(welcome, { id: 2 }, later);
        await expect(queue.updateJob(first.id, { payload: { id: 2 } })).rejects.toMatchObject({
          code: 'JOBS_CONFLICT',
          details: { heldBy: second.id },
        });
        expect(await queue.getJob(first.id)).toMatchObject({ payload: { id: 1 } });
        await queue.updateJob(first.id, { payload: { id: 3 } });
        expect((await queue.getJob(first.id))?.tags).toEqual(['user-3']);
        expect((await queue.enqueue(welcome, { id: 3 })).id).toBe(first.id);
        const free = await queue.enqueue(welcome, { id: 1 });
        expect([free.duplicate, free.payload]).toEqual([undefined, { id: 1 }]);
      },
      { needs: ['updates', 'deduplication'] },
    );

    test(
      'runs no completed job again whose key a job holds',
      async (trial) => {
        const queue = await trial.worker({ jobs: [welcome] });
        const done = await queue.enqueue(welcome, { id: 1 }, { expiresIn: DAY });
        await trial.reaches(queue, done, 'completed');
        await queue.stop();
        const [one, other] = await Promise.allSettled([
          queue.rerunJob(done.id),
          queue.rerunJob(done.id),
        ]);
        const again = one.status === 'fulfilled' ? one : other;
        const refused = one.status === 'rejected' ? one : other;
        if (again.status !== 'fulfilled' || refused.status !== 'rejected') {
          throw new Error('One of them is stored, and one is not.');
        }
        const heldBy = again.value.id;
        const conflict = { code: 'JOBS_CONFLICT', details: { jobId: done.id, heldBy } };
        expect(refused.reason).toMatchObject(conflict);
        await expect(queue.rerunJob(done.id)).rejects.toMatchObject(conflict);
        expect((await queue.enqueue(welcome, { id: 1 })).id).toBe(heldBy);
        const { expiresAt, createdAt } = (await queue.backend.get({ id: heldBy })) ?? {};
        expect((expiresAt ?? 0) - (createdAt ?? 0)).toBe(DAY);
        await queue.process();
        await trial.reaches(queue, again.value, 'completed');
        expect((await queue.rerunJob(done.id)).id).not.toBe(heldBy);
      },
      { needs: 'deduplication' },
    );

    test('promotes and cancels the jobs that match', async (trial) => {
      const queue = await trial.queue({ jobs: [mail] });
      for (let index = 0; index < 60; index += 1) {
        const metadata = { tenant: index % 2 === 0 ? 'a' : 'b' };
        await queue.enqueue(mail, { to: 'ada' }, { ...later, priority: index, metadata });
      }
      expect(await queue.promoteJobs({ metadata: { tenant: 'a' }, dryRun: true })).toBe(30);
      expect(await queue.promoteJobs({ metadata: { tenant: 'a' } })).toBe(30);
      expect(await queue.getStats()).toMatchObject({ waiting: 30, delayed: 30 });
      const reason = 'not needed';
      expect(await queue.cancelJobs({ priority: { min: 50 }, reason })).toBe(10);
      expect(await queue.cancelJobs({ priority: 0, limit: 5 })).toBe(1);
      expect(await queue.getStats()).toMatchObject({ waiting: 24, delayed: 25, cancelled: 11 });
      const { jobs } = await queue.getJobs({ status: 'cancelled' });
      expect(jobs.filter(({ error }) => error?.message.includes(reason))).toHaveLength(10);
      expect(await queue.cancelJobs()).toBe(49);
      await expectCode(queue.cancelJobs({ priority: 1.5 }), 'JOBS_INVALID_ARGUMENT');
      await expectCode(queue.promoteJobs({ metadata: 'a' as never }), 'JOBS_INVALID_ARGUMENT');
    });

    test('selects jobs by their age and the code of their error', async (trial) => {
      const queue = await trial.worker({ jobs: [bad] });
      const first = await queue.enqueue(bad, 'E_ONE');
      await trial.reaches(queue, first, 'failed');
      await trial.time.pass(20);
      const between = ((await queue.getJob(first.id))?.finishedAt?.getTime() ?? 0) + 10;
      const second = await queue.enqueue(bad, 'E_TWO');
      await trial.reaches(queue, second, 'failed');
      await trial.time.finish('it stops', queue.stop({ timeout: 0 }));
      const count = (query: object): Promise<number> => queue.retryJobs({ ...query, dryRun: true });
      expect(await count({ errorCode: 'E_ONE' })).toBe(1);
      expect(await count({ failedBefore: between })).toBe(1);
      expect(await count({ failedAfter: new Date(between) })).toBe(1);
      expect(await count({ createdBefore: between, errorCode: 'E_TWO' })).toBe(0);
      expect(await count({ createdAfter: 0, failedBefore: between + DAY })).toBe(2);
      await expectCode(count({ failedBefore: 'yesterday' }), 'JOBS_INVALID_ARGUMENT');
    });
  },
};
