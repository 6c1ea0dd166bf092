import { defineJob, type JobDefinition } from '@philjs/jobs-core';
import { expect } from 'vitest';
import { expectCode } from '../../suite/expect-code.ts';
import type { QueueGroup } from '../queue-group.ts';

interface Call {
  readonly tenant: string;
  readonly n: number;
}

/** Makes a job that notes its starts. */
function notedCalls(): { readonly job: JobDefinition<'call', Call>; readonly calls: string[] } {
  const calls: string[] = [];
  const job = defineJob({
    name: 'call',
    fairKey: ({ tenant }: Call) => tenant,
    handler: ({ tenant, n }: Call) => void calls.push(`${tenant}${n}`),
  });
  return { job, calls };
}

/** A queue says in which order its jobs start. */
export const orderingJobs: QueueGroup = {
  title: 'ordering jobs',
  needs: 'orders',
  tests: (test) => {
    test('lets the keys of payloads take turns', async (trial) => {
      const { job, calls } = notedCalls();
      const queue = await trial.queue({ jobs: [job], order: 'fair' });
      const tenants = ['a', 'a', 'a', 'b', 'b', 'c'];
      const items = tenants.map((tenant, n) => ({ job, payload: { tenant, n } }));
      const jobs = await queue.enqueueMany(items);
      const { place } = await queue.explain(jobs[2]?.id ?? '');
      expect(place).toEqual({ order: { policy: 'fair' }, ahead: 2, otherKeys: 2 });
      await queue.process();
      for (const each of jobs) await trial.reaches(queue, each, 'completed');
      expect(calls).toEqual(['a0', 'b3', 'c5', 'a1', 'b4', 'a2']);
    });

    test('counts up to 1,000 other keys that take turns with a job', async (trial) => {
      const { job } = notedCalls();
      const queue = await trial.queue({ jobs: [job], order: 'fair' });
      const items = Array.from({ length: 1_004 }, (_, n) => ({
        job,
        payload: { tenant: `tenant ${n}`, n },
      }));
      const [first] = await queue.enqueueMany(items);
      const { place } = await queue.explain(first?.id ?? '');
      expect(place).toEqual({ order: { policy: 'fair' }, ahead: 0, otherKeys: 1_000 });
    });

    test('refuses the order of a process that differs from the stored one', async (trial) => {
      const { job } = notedCalls();
      const first = await trial.queue({ jobs: [job], order: 'ageing', agePerPriority: 5 });
      await first.enqueue(job, { tenant: 'a', n: 1 });
      const second = await trial.queue({ jobs: [job], order: 'ageing' });
      await expectCode(second.enqueue(job, { tenant: 'a', n: 2 }), 'JOBS_CONFLICT');
      await expectCode(second.process(), 'JOBS_CONFLICT');
      const third = await trial.queue({ jobs: [job] });
      await third.enqueue(job, { tenant: 'a', n: 3 });
      expect(await third.getOrder()).toEqual({ policy: 'ageing', agePerPriority: 5 });
      await second.setOrder('ageing');
      await second.process();
      await trial.time.until('both have run', async () => (await third.getStats()).completed === 2);
    });

    test(
      'keeps the place given to a single job where its payload is changed, and no other',
      async (trial) => {
        const { job } = notedCalls();
        const queue = await trial.queue({ jobs: [job], order: 'ageing' });
        const deadline = new Date(1_900_000_000_000);
        const { id } = await queue.enqueue(job, { tenant: 'a', n: 1 }, { weight: 2, deadline });
        await queue.updateJob(id, { payload: { tenant: 'b', n: 2 } });
        expect(await queue.getJob(id)).toMatchObject({ fairKey: 'b', weight: 2, deadline });
        const error = await expectCode(
          queue.updateJob(id, { priority: 1_000_000 }),
          'JOBS_INVALID_ARGUMENT',
        );
        expect(error.details).toMatchObject({ field: 'priority' });
        await queue.updateJob(id, { priority: 43_200 });
      },
      { needs: 'updates' },
    );

    test('keeps the place given to a single job, also when it is run again', async (trial) => {
      const { job } = notedCalls();
      const queue = await trial.worker({ jobs: [job], order: 'deadline' });
      const deadline = new Date(1_900_000_000_000);
      const given = { fairKey: 'x', weight: 2, deadline };
      const { id } = await queue.enqueue(job, { tenant: 'a', n: 1 }, given);
      expect(await trial.reaches(queue, id, 'completed')).toMatchObject(given);
      expect(await queue.rerunJob(id)).toMatchObject(given);
    });

    for (const act of ['cancelJobs', 'removeJobs'] as const) {
      test(`passes over no job in \`${act}\` while the order of the queue is changed`, async (trial) => {
        const { job } = notedCalls();
        const queue = await trial.queue({ jobs: [job], order: 'ageing' });
        const items = Array.from({ length: 1_100 }, (_, n) => ({
          job,
          payload: { tenant: 'a', n },
        }));
        await queue.enqueueMany(items);
        const policies = ['deadline', 'fifo', 'fair'] as const;
        let turn = 0;
        const setNext = async (): Promise<void> => {
          const order = policies[turn++];
          if (order !== undefined) await queue.setOrder(order);
        };
        const query = { status: 'waiting', onProgress: setNext } as const;
        expect(await queue[act]({ ...query, dryRun: true })).toBe(1_100);
        turn = 0;
        expect(await queue[act](query)).toBe(1_100);
        expect((await queue.getStats()).waiting).toBe(0);
      });
    }
  },
};
