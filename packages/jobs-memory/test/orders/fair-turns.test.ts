import { defineJob, type EnqueueItem } from '@philjs/jobs-core';
import { createTestClock } from '@philjs/jobs-testkit';
import { expect, it } from 'vitest';
import { createQueue } from '../../src/index.ts';

const KEYS = 1_000;
const BACKLOG = 100_000;

interface Turn {
  readonly tenant: string;
}

it('starts a job of a key after at most one of each other key, of 1,000 keys with 100,000 jobs in one', async () => {
  const clock = createTestClock();
  const starts: string[] = [];
  const job = defineJob({
    name: 'job',
    fairKey: ({ tenant }: Turn) => tenant,
    removeOnComplete: true,
    handler: ({ tenant }: Turn) => void starts.push(tenant),
  });
  const queue = createQueue({ jobs: [job], clock, order: 'fair', concurrency: 10 });
  const add = async (tenants: readonly string[]): Promise<void> => {
    const items: EnqueueItem[] = tenants.map((tenant) => ({ job, payload: { tenant } }));
    await queue.enqueueMany(items as never);
  };
  const keys = Array.from({ length: KEYS - 1 }, (_, index) => `tenant-${index}`);
  await add(Array.from({ length: BACKLOG }, () => 'big'));
  for (const tenant of keys) await add([tenant, tenant, tenant]);
  await queue.process();
  await clock.settle();
  expect(starts).toHaveLength(BACKLOG + 3 * (KEYS - 1));
  // In each round every key has one start, until the small ones have run.
  for (const round of [0, 1, 2]) {
    const turns = starts.slice(round * KEYS, (round + 1) * KEYS);
    expect(new Set(turns).size).toBe(KEYS);
  }
  await queue.close();
});

it('starts a job that comes later after at most one of each other key', async () => {
  const clock = createTestClock();
  const starts: string[] = [];
  const job = defineJob({
    name: 'job',
    fairKey: ({ tenant }: Turn) => tenant,
    removeOnComplete: true,
    handler: async ({ tenant }: Turn) => {
      starts.push(tenant);
      if (starts.length === 2_500) await queue.enqueue(job, { tenant: 'late' });
    },
  });
  const queue = createQueue({ clock, order: 'fair', concurrency: 1 });
  const items = Array.from({ length: 20_000 }, (_, index) => ({
    job,
    payload: { tenant: index < 15_000 ? 'big' : `tenant-${index % 500}` },
  }));
  await queue.enqueueMany(items);
  queue.register(job);
  await queue.process();
  await clock.settle();
  const between = starts.slice(2_500, starts.indexOf('late'));
  expect(between.length).toBeLessThanOrEqual(501);
  expect(new Set(between).size).toBe(between.length);
  await queue.close();
});

it('tells the place of a job, and changes with the order', async () => {
  const clock = createTestClock();
  const job = defineJob({
    name: 'job',
    fairKey: ({ tenant }: Turn) => tenant,
    handler: () => undefined,
  });
  const queue = createQueue({ clock, jobs: [job], order: 'fair' });
  for (const tenant of ['a', 'a', 'b', 'c']) await queue.enqueue(job, { tenant });
  const { id } = await queue.enqueue(job, { tenant: 'a' });
  const { place } = await queue.explain(id);
  expect(place).toEqual({ order: { policy: 'fair' }, ahead: 2, otherKeys: 2 });
  await queue.setOrder('deadline');
  expect((await queue.explain(id)).place).toEqual({ order: { policy: 'deadline' }, ahead: 4 });
  await queue.close();
});
