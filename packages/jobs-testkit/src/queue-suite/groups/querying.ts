import type { BulkQuery, GetJobsOptions } from '@philjs/jobs-core';
import { defineJob } from '@philjs/jobs-core';
import { expect } from 'vitest';
import { expectCode } from '../../suite/expect-code.ts';
import type { QueueGroup } from '../queue-group.ts';

interface Sum {
  readonly cents: number;
  readonly to?: string;
}
const pay = defineJob({ name: 'pay', handler: ({ cents }: Sum) => cents });
const ping = defineJob({ name: 'ping', tags: ['alive'], handler: ({ cents }: Sum) => cents });
const fail = defineJob({
  name: 'fail',
  attempts: 1,
  handler: ({ cents }: Sum): void => {
    throw Object.assign(new RangeError(`no ${cents}`), { code: 'E_SUM' });
  },
});
const jobs = [pay, ping, fail];
const later = { delay: 86_400_000 };

/** A query selects the same jobs wherever it is taken. */
export const querying: QueueGroup = {
  title: 'querying',
  tests: (test) => {
    test('selects the same jobs by each field, read and in bulk', async (trial) => {
      const queue = await trial.worker({ jobs });
      const before = trial.time.now() - 60_000;
      const failed = await queue.enqueue(fail, { cents: 9 }, { jobId: 'f', priority: 1 });
      await trial.reaches(queue, failed, 'failed');
      await trial.time.finish('it stops', queue.stop({ timeout: 0 }));
      const tagged = {
        tags: ['größte Kunden 😀'],
        metadata: { tenant: 'a"b', deep: { x: [1], longer: { b: 1, a: 2 } } },
      };
      await queue.enqueueMany([
        { job: pay, payload: { cents: 1, to: 'Ada "x"' }, options: { jobId: 'a', ...tagged } },
        { job: pay, payload: { cents: 2 }, options: { jobId: 'b', ...later, priority: 5 } },
        { job: ping, payload: { cents: 1 }, options: { jobId: 'c', ...later } },
      ]);
      const cases: readonly (readonly [GetJobsOptions, string])[] = [
        [{ status: 'failed' }, 'f'],
        [{ name: ['pay', 'fail'] }, 'abf'],
        [{ tags: 'größte Kunden 😀' }, 'a'],
        [{ priority: { min: 1 } }, 'bf'],
        [{ priority: 5 }, 'b'],
        [{ metadata: { deep: { x: [1], longer: { b: 1, a: 2 } } } }, 'a'],
        [{ metadata: { deep: { longer: { a: 2, b: 1 }, x: [1] } } }, 'a'],
        [{ metadata: { deep: { x: [1] } } }, ''],
        [{ errorCode: 'E_SUM' }, 'f'],
        [{ error: 'RangeError' }, 'f'],
        [{ createdAfter: before }, 'abcf'],
        [{ createdBefore: new Date(before) }, ''],
        [{ failedAfter: before }, 'f'],
        [{ failedBefore: before }, ''],
        [{ search: '' }, 'abcf'],
        [{ search: 'payload.cents:1' }, 'ac'],
        [{ search: 'payload.to:"Ada \\"x\\""' }, 'a'],
        [{ search: 'ada' }, 'a'],
        [{ search: 'error:rangeerror code:E_SUM attempts:1' }, 'f'],
        [{ search: 'tag:"größte Kunden 😀" OR tag:alive' }, 'ac'],
        [{ search: 'metadata.tenant:"a\\"b"' }, 'a'],
        [{ search: 'status:delayed', name: 'pay' }, 'b'],
        [{ search: 'status:delayed priority:<5' }, 'c'],
        [{ search: '-status:delayed' }, 'af'],
        [{ search: 'id:a id:f id:nowhere' }, 'af'],
        [{ search: 'id:a id:b', status: 'delayed' }, 'b'],
        [{ search: 'failedAfter:1d' }, 'f'],
        [{ search: 'createdAfter:1d name:ping' }, 'c'],
        [{ search: 'queue:elsewhere' }, ''],
        [{ search: `queue:"${queue.name}" name:ping` }, 'c'],
      ];
      for (const [query, ids] of cases) {
        const { jobs: found } = await queue.getJobs(query);
        const sorted = found.map(({ id }) => id).sort();
        expect([query, sorted.join('')]).toEqual([query, ids]);
        if (query.search === '') continue;
        const counted = await queue.removeJobs({ ...query, dryRun: true });
        expect([query, counted]).toEqual([query, ids.length]);
      }
    });

    test('lists what a search finds once, a page at a time', async (trial) => {
      const queue = await trial.queue({ jobs });
      await queue.enqueueMany(
        Array.from({ length: 120 }, (_, index) => ({
          job: pay,
          payload: { cents: index % 4 },
          options: { jobId: `${index}`, ...(index > 80 && later), priority: index % 3 },
        })),
      );
      for (const order of ['oldest', 'newest'] as const) {
        for (const limit of [1, 7, 30]) {
          const found: string[] = [];
          let cursor: string | undefined;
          do {
            const page = await queue.getJobs({ search: 'payload.cents:3', limit, order, cursor });
            expect(page.jobs.length).toBeLessThanOrEqual(limit);
            found.push(...page.jobs.map(({ id }) => id));
            cursor = page.cursor;
          } while (cursor !== undefined);
          expect(found).toHaveLength(30);
          expect(new Set(found).size).toBe(30);
        }
      }
    });

    test('changes in bulk what a search finds, and nothing else', async (trial) => {
      const queue = await trial.worker({ jobs });
      const failed = await queue.enqueueMany(
        [1, 2, 3].map((cents) => ({ job: fail, payload: { cents } })),
      );
      for (const job of failed) await trial.reaches(queue, job, 'failed');
      await trial.time.finish('it stops', queue.stop({ timeout: 0 }));
      const items = [1, 2, 3, 4].map((cents) => ({ job: pay, payload: { cents }, options: later }));
      await queue.enqueueMany(items);
      expect(await queue.retryJobs({ search: 'error:"no 2"' })).toBe(1);
      expect(await queue.promoteJobs({ search: 'payload.cents:1' })).toBe(1);
      expect(await queue.cancelJobs({ search: 'payload.cents:2', name: 'pay' })).toBe(1);
      expect(await queue.removeJobs({ search: 'payload.cents:3 status:delayed' })).toBe(1);
      expect(await queue.getStats()).toMatchObject({
        ...{ waiting: 2, delayed: 1, cancelled: 1, failed: 2, total: 6 },
      });
    });

    test('refuses a mistaken search, and one that would act on all', async (trial) => {
      const queue = await trial.queue({ jobs });
      await queue.enqueue(pay, { cents: 1 });
      const acts = ['removeJobs', 'cancelJobs', 'promoteJobs', 'retryJobs'] as const;
      const odd = ['colour:red', 'status:lost', 'a OR', 'group:3f9a', 7, null];
      for (const search of [...odd, '', ' ', undefined] as never[]) {
        for (const act of acts) {
          await expectCode(queue[act]({ search }), 'JOBS_INVALID_ARGUMENT');
        }
      }
      for (const search of odd as never[]) {
        await expectCode(queue.getJobs({ search }), 'JOBS_INVALID_ARGUMENT');
        await expectCode(queue.groups({ search }), 'JOBS_INVALID_ARGUMENT');
      }
      expect((await queue.getStats()).waiting).toBe(1);
    });

    for (const act of ['cancelJobs', 'removeJobs'] as const) {
      test(`acts by \`${act}\` also on a job that becomes ready meanwhile`, async (trial) => {
        const queue = await trial.queue({ jobs });
        const items = Array.from({ length: 600 }, () => ({ job: pay, payload: { cents: 1 } }));
        const [due] = await queue.enqueueMany([
          { job: ping, payload: { cents: 1 }, options: { ...later, jobId: 'due' } },
          ...items,
        ]);
        let isPromoted = false;
        const onProgress: BulkQuery['onProgress'] = async () => {
          if (isPromoted || (await queue.getJob('due'))?.status !== 'delayed') return;
          isPromoted = await queue.promoteJob('due', { strict: false });
        };
        expect(due?.status).toBe('delayed');
        expect(await queue[act]({ onProgress })).toBe(601);
        expect(await queue.getStats()).toMatchObject({ waiting: 0, delayed: 0 });
      });
    }
  },
};
