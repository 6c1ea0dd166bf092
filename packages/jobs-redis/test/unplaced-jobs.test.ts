import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { findSomeUnplaced } from '../src/store/find-unplaced.ts';
import { findUnplaced } from '../src/workflow/tend-workflows.ts';
import { FlowBench, fails, work } from './workflow/flow-bench.ts';

// A job whose hash is stored, and that no set holds, is what a failover or another program leaves.
let server: RedisServer;
let bench: FlowBench;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());
beforeEach(async () => {
  bench = new FlowBench(server);
  await bench.open();
});
afterEach(() => bench.close());

/** Takes jobs out of the sets that may hold them. */
async function lose(...ids: string[]): Promise<void> {
  const { client, store } = bench;
  for (const set of [
    'prioritized',
    'delayed',
    'completed',
    'failed',
    'pj:cancelled',
    'pj:blocked',
  ]) {
    await client.zrem(store.key(set), ...ids);
  }
}

test('adds a job under the id of one that is in no set', async () => {
  const { queue } = bench;
  await queue.enqueue(work, 1, { jobId: 'a' });
  await queue.enqueue(work, 1, { jobId: 'b' });
  await lose('a');
  expect(await queue.getJob('a')).toBeUndefined();
  expect(await queue.enqueue(work, 2, { jobId: 'a' })).not.toHaveProperty('duplicate');
  expect(await queue.enqueue(work, 2, { jobId: 'b' })).toMatchObject({ duplicate: true });
  expect(await queue.getJob('a')).toMatchObject({ status: 'waiting', payload: 2 });
  await queue.process();
  expect(await queue.waitFor('a')).toBe(2);
});

test('adds a job under the key that one in no set holds', async () => {
  const { queue } = bench;
  const deduplicate = 'only';
  await queue.enqueue(work, 1, { jobId: 'a', deduplicate });
  await lose('a');
  const added = await queue.enqueue(work, 2, { jobId: 'b', deduplicate });
  expect([added.id, added.duplicate]).toEqual(['b', undefined]);
  const third = await queue.enqueue(work, 3, { deduplicate });
  expect([third.id, third.duplicate]).toEqual(['b', true]);
});

test('adds jobs of a call under ids that are in no set, of another name too', async () => {
  const { queue } = bench;
  const ids = Array.from({ length: 30 }, (_, index) => `many-${index}`);
  const items = ids.map((jobId) => ({ job: work, payload: 1, options: { jobId } }));
  await queue.enqueueMany(items);
  await lose(...ids);
  await bench.client.hset(bench.store.key('many-7'), 'name', 'another');
  const jobs = await queue.enqueueMany(items);
  expect(jobs.filter(({ duplicate }) => duplicate)).toEqual([]);
  expect(await queue.getStats()).toMatchObject({ waiting: 30 });
});

test('adds a workflow whose jobs are in no set, and lets wait what waited for one', async () => {
  const { queue } = bench;
  await queue.enqueue(work, 1, { jobId: 'a' });
  await queue.enqueue(work, 1, { jobId: 'c', dependsOn: ['a'] });
  await queue.enqueue(work, 1, { jobId: 'b', dependsOn: ['a'] });
  await lose('a', 'b');
  await queue.enqueue(work, 2, { jobId: 'a' });
  const b = await queue.enqueue(work, 2, { jobId: 'b', dependsOn: ['a'] });
  expect(b).not.toHaveProperty('duplicate');
  await queue.process();
  expect(await Promise.all(['a', 'b', 'c'].map((id) => queue.waitFor(id)))).toEqual([2, 2, 1]);
});

/** Fills the queue with a job in each state but `active`, and one that BullMQ added. */
async function fill(): Promise<void> {
  const { queue, bull } = bench;
  await queue.enqueue(work, 1, { jobId: 'is-completed' });
  await queue.enqueue(fails, undefined, { jobId: 'is-failed' });
  await queue.process();
  await queue.waitFor('is-completed');
  await queue.waitFor('is-failed').catch(() => undefined);
  await queue.stop();
  await queue.enqueue(work, 2, { jobId: 'is-cancelled' });
  await queue.cancelJob('is-cancelled');
  await queue.enqueue(work, 3, { jobId: 'is-waiting', priority: 5 });
  await queue.enqueue(work, 4, { jobId: 'is-delayed', delay: 1_000_000 });
  await queue.enqueue(work, 5, { jobId: 'is-blocked', dependsOn: ['is-waiting'] });
  await bull.add('work', 6, { jobId: 'foreign', priority: 7 });
  await bull.add('work', 7, { jobId: 'listed' });
  await bull.upsertJobScheduler('daily', { pattern: '0 0 1 1 *' }, { name: 'work', data: 8 });
}

const FILLED = {
  ...{ completed: 1, failed: 1, cancelled: 1, waiting: 3, delayed: 2, blocked: 1 },
};
const STATES = ['completed', 'failed', 'cancelled', 'waiting', 'delayed', 'blocked'] as const;

/** Looks at all keys, as an operator does. */
async function findAll(): Promise<number> {
  let count = 0;
  let cursor: string | undefined;
  do {
    const part = await findUnplaced(bench.store, cursor === undefined ? {} : { cursor });
    count += part.found;
    cursor = part.cursor;
  } while (cursor !== undefined);
  return count;
}

test('puts jobs that are in no set back into the states that their records tell', async () => {
  const { queue, store, client } = bench;
  await fill();
  expect(await findAll()).toBe(0);
  expect(await queue.getStats()).toMatchObject(FILLED);
  await lose(...STATES.map((state) => `is-${state}`), 'foreign');
  expect(await queue.getStats()).toMatchObject({ total: 2 });
  expect(await findAll()).toBe(7);
  expect(await queue.getStats()).toMatchObject(FILLED);
  for (const status of STATES) {
    expect(await queue.getJob(`is-${status}`)).toMatchObject({ status });
  }
  expect(await client.zcard(store.key('pj:kept:completed:work'))).toBe(1);
  await queue.process();
  expect(await queue.waitFor('is-blocked')).toBe(5);
  expect(await findAll()).toBe(0);
});

test('finds as a worker what is in no set, from where the last look ended, unless the queue is idle', async () => {
  const { queue, store } = bench;
  const ids = Array.from({ length: 250 }, (_, index) => `many-${index}`);
  await queue.enqueueMany(ids.map((jobId) => ({ job: work, payload: 1, options: { jobId } })));
  await lose(...ids);
  expect((await findSomeUnplaced(store, 60_000)).sort()).toEqual(ids.toSorted());
  // Another worker looked within the last minute.
  await lose('many-1');
  expect(await findSomeUnplaced(store, 60_000)).toEqual([]);
  await bench.client.del(store.key('pj:searched'));
  expect(await findSomeUnplaced(store, 60_000)).toEqual(['many-1']);
  await bench.client.del(store.key('pj:searched'));
  expect(await findSomeUnplaced(store, 60_000)).toEqual([]);
  await lose('many-2');
  // Nothing happened since.
  await bench.client.del(store.key('pj:searched'));
  expect(await findSomeUnplaced(store, 60_000)).toEqual([]);
});

test('finds jobs in no set of limited names and in an ordered queue', async () => {
  const { queue, store, client } = bench;
  await queue.setLimits('work', { concurrency: 1 });
  await queue.enqueue(work, 1, { jobId: 'limited' });
  expect(await findAll()).toBe(0);
  await client.zrem(store.key('pj:parked:work'), 'limited');
  expect(await findAll()).toBe(1);
  expect(await queue.getJob('limited')).toMatchObject({ status: 'waiting' });
  await queue.setOrder('fair');
  await queue.enqueue(fails, undefined, { jobId: 'ordered' });
  expect(await findAll()).toBe(0);
  await client.zrem(store.key('pj:ordered'), 'ordered');
  expect(await findAll()).toBe(1);
  expect(await queue.getJob('ordered')).toMatchObject({ status: 'waiting' });
});

test('leaves a workflow alone that is being stored', async () => {
  await bench.stage('half', [bench.job('a'), bench.job('b', ['a'])]);
  expect(await findAll()).toBe(0);
});
