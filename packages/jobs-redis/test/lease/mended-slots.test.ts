import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LimitKeeper } from '../../src/lease/limit-keeper.ts';
import { redisLimitStore } from '../../src/parts/redis-limit-store.ts';
import { ended, LeaseBench } from './lease-bench.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

test('counts a job once that got its key after its name was limited', async () => {
  const bench = await LeaseBench.open(server);
  const limits = redisLimitStore(bench.store);
  await bench.add('a');
  const [a] = (await bench.exchange('w', 1)).jobs;
  if (a === undefined) throw new Error('no job started');
  await limits.set({ name: 'work', limits: { concurrencyPerKey: 1 } });
  await bench.exchange('w', 1, [ended(a, { type: 'unstarted', keys: { concurrencyKey: 'k' } })]);
  await limits.set({ name: 'work', limits: { concurrency: 2 } });
  await bench.add('b');
  const { jobs } = await bench.exchange('w', 1);
  expect(jobs.map(({ id }) => id)).toEqual(['b']);
  await bench.close();
});

test('frees the slots of jobs that are gone by a worker whose definitions have no limits', async () => {
  const bench = await LeaseBench.open(server);
  const limits = redisLimitStore(bench.store);
  await limits.set({ name: 'work', limits: { concurrency: 1 } });
  await bench.client.sadd(bench.store.key('pj:slots:work'), 'gone');
  await bench.add('a');
  expect((await bench.exchange('w', 1)).jobs).toEqual([]);
  const keeper = new LimitKeeper(bench.store, 0);
  expect(keeper.isNeeded(new Map())).toBe(true);
  await keeper.keep(new Map());
  expect((await bench.exchange('w', 1)).jobs).toHaveLength(1);
  await bench.close();
});
