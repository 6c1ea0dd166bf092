import type { GetJobsOptions } from '@philjs/jobs-core';
import { defineJob } from '@philjs/jobs-core';
import { expect } from 'vitest';
import { expectCode } from '../../suite/expect-code.ts';
import type { QueueGroup } from '../queue-group.ts';

const bill = defineJob({ name: 'bill', tags: ['billing'], handler: () => 'paid' });
const mail = defineJob({
  name: 'mail',
  tags: ({ to }) => ['mail', `to:${to}`],
  handler: ({ to }: { to: string }) => to,
});
const later = { delay: 600_000 };

/** Jobs are found and changed by their tags. */
export const tagging: QueueGroup = {
  title: 'tagging',
  tests: (test) => {
    test('stores the tags of a definition, or those given with the job in place of them', async (trial) => {
      const queue = await trial.worker({ jobs: [bill, mail] });
      const other = await trial.queue({ jobs: [bill, mail] });
      const jobs = await queue.enqueueMany([
        { job: bill, payload: undefined },
        { job: mail, payload: { to: 'ada' } },
        {
          job: mail,
          payload: { to: 'bob' },
          options: { tags: ['größte Kunden 😀', 'a"b', 'a"b'] },
        },
        { job: bill, payload: undefined, options: { tags: [] } },
      ]);
      const tags = [['billing'], ['mail', 'to:ada'], ['größte Kunden 😀', 'a"b'], undefined];
      expect(jobs.map((job) => job.tags)).toEqual(tags);
      for (const [index, job] of jobs.entries()) {
        await trial.reaches(other, job, 'completed');
        expect((await other.getJob(job.id))?.tags).toEqual(tags[index]);
      }
      const again = await queue.rerunJob(jobs[1]?.id ?? '');
      expect((await other.getJob(again.id))?.tags).toEqual(tags[1]);
    });

    test('lists the jobs that have all tags of a query, a page at a time', async (trial) => {
      const queue = await trial.queue({ jobs: [bill] });
      for (let index = 0; index < 12; index++) {
        const tags = [
          'all',
          ...(index % 2 === 0 ? ['even'] : []),
          ...(index % 3 === 0 ? ['third'] : []),
        ];
        await queue.enqueue(bill, undefined, { jobId: `${index}`, tags, ...(index > 7 && later) });
      }
      await queue.enqueue(bill, undefined, { jobId: 'none', tags: [] });
      const ids = async (options: GetJobsOptions): Promise<string[]> => {
        const { jobs, cursor } = await queue.getJobs({ ...options, limit: 2 });
        const found = jobs.map(({ id }) => id);
        return cursor === undefined ? found : [...found, ...(await ids({ ...options, cursor }))];
      };
      const sorted = async (options: GetJobsOptions): Promise<number[]> =>
        (await ids(options)).map(Number).sort((a, b) => a - b);
      expect(await sorted({ tags: 'even' })).toEqual([0, 2, 4, 6, 8, 10]);
      expect(await sorted({ tags: ['third', 'even'] })).toEqual([0, 6]);
      expect(await sorted({ tags: 'third', status: 'delayed' })).toEqual([9]);
      expect(await sorted({ tags: 'even', order: 'oldest' })).toEqual([0, 2, 4, 6, 8, 10]);
      expect(await sorted({ tags: 'all', name: 'other' })).toEqual([]);
      expect(await sorted({ tags: 'Even' })).toEqual([]);
    });

    test('changes in bulk only the jobs that have the tags', async (trial) => {
      const queue = await trial.queue({ jobs: [bill] });
      for (const jobId of ['a', 'b', 'c']) {
        await queue.enqueue(bill, undefined, { jobId, ...later, tags: ['x', `only:${jobId}`] });
      }
      expect(await queue.promoteJobs({ tags: 'only:a', dryRun: true })).toBe(1);
      expect(await queue.promoteJobs({ tags: ['x', 'only:a'] })).toBe(1);
      expect((await queue.getJobs({ status: 'waiting' })).jobs.map(({ id }) => id)).toEqual(['a']);
      expect(await queue.removeJobs({ ids: ['a', 'b'], tags: 'only:b' })).toBe(1);
      expect(await queue.cancelJobs({ tags: 'nowhere' })).toBe(0);
      expect(await queue.cancelJobs({ tags: 'x' })).toBe(2);
    });

    test('refuses tags that are too many, too long or odd, and stores nothing', async (trial) => {
      const queue = await trial.queue({ jobs: [bill, mail] });
      const odd: unknown[] = [
        'text',
        [''],
        [7],
        [null],
        ['x'.repeat(101)],
        [' a'],
        ['a\u0000'],
        ['a\u202eb'],
        ['\ud800'],
        Array.from({ length: 21 }, (_, index) => `tag ${index}`),
      ];
      for (const tags of odd) {
        const given = { tags: tags as string[] };
        await expectCode(queue.enqueue(bill, undefined, given), 'JOBS_INVALID_ARGUMENT');
      }
      await expectCode(queue.enqueue(mail, { to: '\n' }), 'JOBS_INVALID_ARGUMENT');
      await expectCode(queue.getJobs({ tags: [''] }), 'JOBS_INVALID_ARGUMENT');
      await expectCode(queue.removeJobs({ tags: 5 as never }), 'JOBS_INVALID_ARGUMENT');
      await expectCode(queue.removeJobs({ tags: undefined }), 'JOBS_INVALID_ARGUMENT');
      expect((await queue.getStats()).total).toBe(0);
      const most = Array.from({ length: 20 }, (_, index) => `${index}`.padEnd(100, 'x'));
      expect((await queue.enqueue(bill, undefined, { tags: most })).tags).toEqual(most);
    });
  },
};
