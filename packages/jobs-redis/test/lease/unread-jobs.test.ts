import { RedisServer } from '@philjs/jobs-faults';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { redisOrderStore } from '../../src/parts/redis-order-store.ts';
import { readJobsScript } from '../../src/script/read-jobs-scripts.ts';
import { listJobs } from '../../src/store/list-jobs.ts';
import { LeaseBench } from './lease-bench.ts';

let server: RedisServer;
let bench: LeaseBench;
beforeEach(async () => {
  server = await RedisServer.start();
  bench = await LeaseBench.open(server);
});
afterEach(async () => {
  await bench.close();
  await server.stop();
});

const policies = ['fifo', 'deadline'] as const;

test.each(policies)(
  '%s: loses no job that the server refuses to read, and starts the others',
  async (policy) => {
    const { client, store } = bench;
    await redisOrderStore(store).set({ order: { policy } });
    await bench.add('q', 'a');
    const keys = [`~${store.key('[^q]*')}`, '~bull::*'];
    await client.call('ACL', 'SETUSER', 'default', 'resetkeys', ...keys);
    expect((await bench.exchange('w', 2)).jobs).toMatchObject([{ id: 'a' }]);
    // From BullMQ's list, where it is now, it goes back there.
    expect((await bench.exchange('w', 2)).jobs).toEqual([]);
    await client.call('ACL', 'SETUSER', 'default', 'allkeys');
    expect((await bench.exchange('w', 2)).jobs).toMatchObject([{ id: 'q' }]);
  },
);

test.each(policies)(
  '%s: passes over an id whose key is no job, and loses no other',
  async (policy) => {
    const { client, store } = bench;
    await redisOrderStore(store).set({ order: { policy } });
    await client.set(store.key('text'), 'of another program');
    await client.rpush(store.key('wait'), 'text');
    await bench.add('a');
    expect((await bench.exchange('w', 2)).jobs).toMatchObject([{ id: 'a' }]);
  },
);

test('passes over an id in each place whose key is no hash, and runs, lists and takes back the others', async () => {
  const { client, store } = bench;
  await client.set(store.key('text'), 'of another program');
  for (const place of ['prioritized', 'delayed']) await client.zadd(store.key(place), 1, 'text');
  await client.rpush(store.key('active'), 'text');
  await bench.add('a');
  expect((await bench.exchange('w', 5)).jobs).toMatchObject([{ id: 'a' }]);
  expect(await client.zcard(store.key('delayed'))).toBe(0);
  expect(await client.lrange(store.key('active'), 0, -1)).toEqual(['a']);
  await client.zadd(store.key('prioritized'), 1, 'text');
  await client.rpush(store.key('wait'), 'text');
  await bench.add('b');
  const params = { statuses: ['waiting'], order: 'oldest', limit: 10 } as const;
  expect((await listJobs(store, params)).jobs).toMatchObject([{ id: 'b' }]);
  const named = await listJobs(store, { ...params, names: ['work', 'job'] });
  expect(named.jobs.map(({ id }) => id)).not.toContain('text');
  expect(await store.run(readJobsScript, {}, ['text'])).toEqual([[]]);
});
