import { batch, step } from '@philjs/jobs-core';
import { expect, test } from 'vitest';
import { benchOfEachTest } from './bench-of-each-test.ts';
import { work } from './flow-bench.ts';

const own = benchOfEachTest();

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const members = (count: number, from = 0) =>
  range(count).map((index) => ({
    job: work,
    payload: index,
    options: { jobId: `member-${from + index}` },
  }));
/** Adds the jobs of some items and one that waits for all of them; returns that one. */
async function addBatch(items: ReturnType<typeof members>) {
  // biome-ignore lint/suspicious/noThenProperty: the option is named by what it does, and is never awaited
  return (await own.bench.queue.enqueueMany(batch(items, { then: step(work) }))).at(-1);
}

/** Counts the commands that the server has run since its counts were reset. */
async function commands(): Promise<number> {
  const stats = await own.bench.client.info('commandstats');
  const counts = [...stats.matchAll(/calls=(\d+)/g)].map(([, calls]) => Number(calls));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Reads the ids of the waiting jobs, first to last. */
const inLine = () => own.bench.client.zrange(own.bench.store.key('prioritized'), '0', '-1');

test('adds a member of a large batch with four commands', async () => {
  await addBatch(members(10));
  await own.bench.client.config('RESETSTAT');
  await addBatch(members(2000, 10));
  // HSET, ZADD, two XADD, and what a slice of 500 shares.
  expect((await commands()) / 2000).toBeLessThan(4.2);
});

test('adds a batch of which some jobs are known, and keeps the order of the others', async () => {
  const { queue } = own.bench;
  await queue.enqueue(work, 0, { jobId: 'member-700' });
  const last = await addBatch(members(1800));
  expect(last?.dependencies).toEqual({ total: 1800, open: 1800, failed: 0 });
  const names = range(1800).map((index) => `member-${index}`);
  expect(await inLine()).toEqual(['member-700', ...names.filter((id) => id !== 'member-700')]);
  await queue.process();
  expect(await queue.waitFor(last?.id ?? '')).toBeUndefined();
}, 60_000);

test('adds a batch to a queue whose jobs are limited', async () => {
  const { queue } = own.bench;
  await queue.setLimits('work', { concurrency: 40 });
  const last = await addBatch(members(1200));
  expect(last?.dependencies).toEqual({ total: 1200, open: 1200, failed: 0 });
  await queue.process();
  expect(await queue.waitFor(last?.id ?? '')).toBeUndefined();
}, 60_000);

test('counts a job once that another of the same call names twice', async () => {
  const { queue } = own.bench;
  const items = members(1200);
  const twice = items.flatMap((item) => [item, item]);
  const last = { job: work, payload: 0, options: { jobId: 'last', dependsOn: twice } };
  await queue.enqueueMany([...items, last]);
  const stored = await queue.getJob('last');
  expect(stored?.dependencies).toEqual({ total: 1200, open: 1200, failed: 0 });
  await queue.process();
  expect(await queue.waitFor('last')).toBe(0);
}, 60_000);
