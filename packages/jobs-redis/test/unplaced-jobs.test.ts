import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { FlowBench, work } from './workflow/flow-bench.ts';

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
  for (const set of ['prioritized', 'delayed', 'completed', 'pj:blocked', 'pj:parked:limited']) {
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
