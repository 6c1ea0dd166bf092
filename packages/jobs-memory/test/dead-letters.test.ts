import { defineJob } from '@philjs/jobs-core';
import { createTestClock, type TestClock } from '@philjs/jobs-testkit';
import { describe, expect, it } from 'vitest';
import { createQueue, createQueues } from '../src/index.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

interface Order {
  readonly order: number;
  readonly cents: number;
}

/** Takes orders by number. */
const order = {
  '~standard': {
    version: 1,
    vendor: 'test',
    types: undefined as { readonly input: Order; readonly output: Order } | undefined,
    validate: (value: unknown) =>
      typeof (value as Order).order === 'number'
        ? { value: value as Order }
        : { issues: [{ message: 'Expected a number', path: ['order'] }] },
  },
} as const;

/** Two queues whose jobs fail as long as `isBroken` says so. */
function failing(clock: TestClock) {
  const broken = { isBroken: true };
  const charge = defineJob({
    name: 'charge',
    queue: 'payments',
    schema: order,
    attempts: 2,
    backoff: { type: 'fixed', delay: 10 },
    deadLetter: 'dead',
    handler: ({ order, cents }) => {
      if (broken.isBroken) throw new Error(`Order ${order} was declined by "bank-${order}"`);
      return cents;
    },
  });
  const parts = { payments: { concurrency: 20 }, dead: {} };
  const queues = createQueues(parts, { jobs: [charge], clock, logger: quiet });
  const fail = async (orders: number): Promise<void> => {
    const items = Array.from({ length: orders }, (_, order) => ({
      job: charge,
      payload: { order, cents: 100 },
      options: {
        ...{ priority: 3, metadata: { order }, tags: ['shop'], timeout: 5000 },
        ...{ fairKey: 'shop-1', weight: 2, deadline: 9000 },
      },
    }));
    await queues.enqueueMany(items);
    await queues.process({ queues: ['payments'] });
    await clock.advance(1000);
  };
  return { broken, charge, queues, dead: queues.get('dead'), fail };
}

describe('dead letters', () => {
  it('keep what failed for good, with its payload, all its errors and its times', async () => {
    const clock = createTestClock(0);
    const { queues, dead, fail } = failing(clock);
    await fail(1);
    expect((await queues.getStats()).payments.failed).toBe(1);
    const { jobs } = await dead.getJobs();
    expect(jobs).toHaveLength(1);
    expect(jobs[0]).toMatchObject({ name: 'dead-letter', status: 'delayed' });
    expect(jobs[0]?.payload).toMatchObject({
      queue: 'payments',
      name: 'charge',
      payload: { order: 0, cents: 100 },
      priority: 3,
      metadata: { order: 0 },
      tags: ['shop'],
      timeoutMs: 5000,
      attemptsMade: 2,
      maxAttempts: 2,
      createdAt: 0,
      failures: [{ attempt: 1 }, { attempt: 2 }],
      error: { message: 'Order 0 was declined by "bank-0"' },
    });
    await queues.close();
  });

  it('are grouped by what they have in common', async () => {
    const clock = createTestClock(0);
    const { queues, dead, fail, charge } = failing(clock);
    await fail(3);
    await queues
      .get('payments')
      .enqueue(charge.with({ expiresIn: 1, delay: 100 }), { order: 9, cents: 1 });
    await queues.stop();
    await clock.advance(5000);
    await queues.process({ queues: ['payments'] });
    await clock.advance(1000);
    const groups = await dead.groups();
    expect(groups.map(({ name, count, error }) => [name, count, error.code])).toEqual([
      ['charge', 3, undefined],
      ['charge', 1, 'JOBS_EXPIRED'],
    ]);
    expect(groups[0]?.ids).toHaveLength(3);
    const [only] = await dead.groups({ fingerprint: groups[1]?.fingerprint });
    expect(only?.count).toBe(1);
    expect(await dead.groups({ name: 'other' })).toEqual([]);
    await queues.close();
  });

  it('go back also with metadata that has no room for where they come from', async () => {
    const clock = createTestClock(0);
    const { broken, charge, queues, dead, fail } = failing(clock);
    const metadata = { text: 'x'.repeat(65_500) };
    await queues.enqueue(charge, { order: 1, cents: 1 }, { metadata });
    await fail(1);
    broken.isBroken = false;
    const redriven = dead.redrive();
    await clock.advance(5000);
    expect(await redriven).toMatchObject({ redriven: 2, completed: 2, left: 0 });
    const { jobs } = await queues.get('payments').getJobs({ status: 'completed' });
    const full = jobs.find((job) => job.metadata['text'] !== undefined);
    expect(full?.metadata).toEqual(metadata);
    const other = jobs.find((job) => job !== full);
    expect(other?.metadata).toEqual({ order: 0, redrivenFrom: expect.any(String) });
    await queues.close();
  });

  it('go back once the cause is gone, a few first', async () => {
    const clock = createTestClock(0);
    const { broken, queues, dead, fail } = failing(clock);
    await fail(30);
    broken.isBroken = false;
    const redriving = dead.redrive({}, { canary: 5, stopAbove: 0.2 });
    await clock.advance(10_000);
    expect(await redriving).toMatchObject({ redriven: 30, failed: 0, left: 0 });
    await clock.advance(1000);
    expect((await queues.getStats()).payments.completed).toBe(30);
    expect((await dead.getStats()).total).toBe(0);
    const { jobs } = await queues.get('payments').getJobs({ status: 'completed', limit: 1 });
    expect(jobs[0]).toMatchObject({
      priority: 3,
      tags: ['shop'],
      metadata: { redrivenFrom: expect.any(String) },
      ...{ fairKey: 'shop-1', weight: 2, deadline: new Date(9000) },
    });
    await queues.close();
  });

  it('stop by themselves after the canary when they fail again, and lose nothing', async () => {
    const clock = createTestClock(0);
    const { queues, dead, fail } = failing(clock);
    await fail(30);
    const redriving = dead.redrive({}, { canary: 5, stopAbove: 0.2 });
    await clock.advance(10_000);
    const result = await redriving;
    expect(result).toMatchObject({ redriven: 5, completed: 0, left: 25, stopped: 'failures' });
    await clock.advance(1000);
    // Those that failed again are dead letters again.
    expect((await dead.getStats()).delayed).toBe(30);
    await queues.close();
  });

  it('stop later, too, when too many fail', async () => {
    const clock = createTestClock(0);
    const { broken, queues, dead, fail } = failing(clock);
    await fail(60);
    broken.isBroken = false;
    const redriving = dead.redrive({}, { canary: 5, stopAbove: 0.2, perMinute: 60 });
    await clock.advance(10_000);
    broken.isBroken = true;
    await clock.advance(120_000);
    const { redriven, stopped, left } = await redriving;
    expect(stopped).toBe('failures');
    expect(redriven).toBeLessThan(30);
    await clock.advance(1000);
    expect((await dead.getStats()).delayed).toBeGreaterThanOrEqual(left);
    await queues.close();
  });

  it('pass a repaired payload through the schema of their job', async () => {
    const clock = createTestClock(0);
    const { broken, queues, dead, fail } = failing(clock);
    await fail(2);
    broken.isBroken = false;
    const bad = dead.redrive({}, { repair: () => ({ order: 'one' }) });
    await expect(bad).rejects.toMatchObject({ code: 'JOBS_INVALID_PAYLOAD' });
    expect((await dead.getStats()).delayed).toBe(2);
    const repair = (payload: unknown) => ({ ...(payload as object), cents: 5 });
    const good = dead.redrive({}, { repair });
    await clock.advance(1000);
    expect(await good).toMatchObject({ redriven: 2, completed: 2 });
    const { jobs } = await queues.get('payments').getJobs({ status: 'completed' });
    expect(jobs.map(({ result }) => result)).toEqual([5, 5]);
    await queues.close();
  });

  it('go into the queue that all jobs of a queue name', async () => {
    const clock = createTestClock(0);
    const job = defineJob({
      name: 'job',
      attempts: 1,
      handler: (_: number, ctx) => ctx.fail('no'),
    });
    const queue = createQueue({ name: 'a', jobs: [job], deadLetter: 'b', clock, logger: quiet });
    const dead = createQueue({ name: 'b', clock, logger: quiet });
    await queue.process();
    await queue.enqueue(job, 1);
    await clock.advance(10);
    expect((await dead.groups())[0]?.count).toBe(1);
    await expect(dead.redrive()).rejects.toMatchObject({ details: { field: 'to' } });
    const redriving = dead.redrive({}, { to: queue });
    await clock.advance(1000);
    expect(await redriving).toMatchObject({ redriven: 1, failed: 1, stopped: 'failures' });
    await Promise.all([queue.close(), dead.close()]);
  });

  it('keep what lost its worker too often, where the queues were made together', async () => {
    const clock = createTestClock(0);
    const stuck = defineJob({
      name: 'stuck',
      queue: 'a',
      deadLetter: 'dead',
      handler: () => new Promise<void>(() => undefined),
    });
    const shared = { jobs: [stuck], clock, logger: quiet, lockDuration: 1000, maxStalledCount: 0 };
    const make = () => createQueues({ a: {}, dead: {} }, shared);
    const [dying, living] = [make(), make()];
    await living.getStats(); // queues in memory live as long as one uses them
    await dying.process({ queues: ['a'] });
    const { id } = await dying.enqueue(stuck);
    await clock.advance(10);
    await dying.get('a').backend.close({ force: true });
    await living.process({ queues: ['a'] });
    await clock.advance(5000);
    expect((await living.get('a').getJob(id))?.status).toBe('failed');
    expect(await living.get('dead').groups()).toMatchObject([
      { name: 'stuck', count: 1, error: { code: 'JOBS_STALLED' } },
    ]);
    await living.close();
  });

  it('are refused in the queue itself', async () => {
    expect(() => createQueue({ name: 'a', deadLetter: 'a' })).toThrow('another queue');
    const job = defineJob({ name: 'job', deadLetter: 'a', handler: () => 'done' });
    const queue = createQueue({ name: 'a', jobs: [job], logger: quiet });
    await expect(queue.process()).rejects.toMatchObject({ code: 'JOBS_INVALID_ARGUMENT' });
    await queue.close();
  });
});
