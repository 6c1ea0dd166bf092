import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { redisLimitStore } from '../../src/parts/redis-limit-store.ts';
import { LeaseBench } from './lease-bench.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

test('keeps nothing of the lines that waited for a start of a rate which was removed', async () => {
  const bench = await LeaseBench.open(server);
  const limits = redisLimitStore(bench.store);
  await limits.set({ name: 'work', limits: { rate: { max: 1, per: 600_000 } } });
  const keys = ['x', 'y', 'z'].map((concurrencyKey) => ({ id: concurrencyKey, concurrencyKey }));
  await bench.add(...keys);
  expect((await bench.exchange('w', 5)).jobs).toHaveLength(1);
  const rated = `${bench.store.key('pj:rated')}:4:work`;
  expect(await bench.client.exists(rated)).toBe(1);
  await limits.set({ name: 'work', limits: {} });
  expect((await bench.exchange('w', 5)).jobs).toHaveLength(2);
  expect(await bench.client.exists(rated)).toBe(0);
  await bench.close();
});
