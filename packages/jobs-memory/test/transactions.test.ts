import { defineJob } from '@philjs/jobs-core';
import { createTestClock } from '@philjs/jobs-testkit';
import { describeQueue } from '@philjs/jobs-testkit/conformance';
import { expect, it } from 'vitest';
import { createQueue, createQueues, memoryBackend } from '../src/index.ts';

const reason = 'nothing is atomic, as the option says';

describeQueue('memory with transactions that are none', {
  create: memoryBackend({ nonAtomicTransactions: () => ({}) }),
  groups: ['running a transaction'],
  skip: [
    { test: 'shows and starts no job before its function returns', reason },
    { test: 'stores nothing when its function throws, and throws the same error', reason },
    { test: 'tries a job again whose function threw after it had completed the job', reason },
  ],
});

it('runs code with transactions on a virtual clock, over rows of the test', async () => {
  const rows = new Map<string, string>();
  const ship = defineJob({
    name: 'ship',
    handler: (id: string, ctx) =>
      ctx.queue.transaction(async (tx: typeof rows) => {
        tx.set(id, 'shipped');
        await ctx.completeIn(tx);
      }),
  });
  const clock = createTestClock();
  const queue = createQueue({ jobs: [ship], clock, nonAtomicTransactions: () => rows });
  await queue.process();
  const { id } = await queue.transaction(async (tx: typeof rows) => {
    tx.set('a', 'ordered');
    return queue.enqueue(ship, 'a', { transaction: tx, delay: 60_000 });
  });
  expect([...rows]).toEqual([['a', 'ordered']]);
  await clock.advance(60_000);
  expect([...rows]).toEqual([['a', 'shipped']]);
  expect(await queue.getJob(id)).toMatchObject({ status: 'completed', attemptsMade: 1 });
  await queue.close();
});

it('renews no lease of a job that its handler completed, and reports none as lost', async () => {
  const errors: unknown[] = [];
  const pay = defineJob({
    name: 'pay',
    handler: async (_payload: undefined, ctx) => {
      await ctx.queue.transaction((tx) => ctx.completeIn(tx));
      await ctx.sleep(60_000);
    },
  });
  const clock = createTestClock();
  const options = { clock, nonAtomicTransactions: () => ({}), lockDuration: 3_000 };
  const queues = createQueues({ payments: { jobs: [pay] } }, options);
  queues.on('error', ({ error }) => void errors.push(error));
  await queues.process();
  await queues.enqueue(pay, undefined);
  await clock.advance(90_000);
  expect(await queues.getStats()).toMatchObject({ payments: { completed: 1, active: 0 } });
  expect(errors).toEqual([]);
  await queues.close();
});

it('refuses an option that is no function, and a value that cannot stand for a transaction', async () => {
  const invalid = { code: 'JOBS_INVALID_ARGUMENT' };
  expect(() => createQueue({ nonAtomicTransactions: {} as never })).toThrow(
    expect.objectContaining(invalid),
  );
  const queue = createQueue({ nonAtomicTransactions: () => undefined });
  await expect(queue.transaction(() => 1)).rejects.toMatchObject(invalid);
  await queue.close();
});
