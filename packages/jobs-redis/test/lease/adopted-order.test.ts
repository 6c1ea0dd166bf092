import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { redisOrderStore } from '../../src/parts/redis-order-store.ts';
import { LeaseBench } from './lease-bench.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

test('moves some jobs where a queue names its first order, and all where the order is set', async () => {
  const bench = await LeaseBench.open(server);
  for (let from = 0; from < 12_000; from += 1_000) {
    await bench.add(...Array.from({ length: 1_000 }, (_, index) => ({ id: `j${from + index}` })));
  }
  const { client, store } = bench;
  const orders = redisOrderStore(store);
  const left = async (): Promise<number> => {
    const keys = ['pj:moving', 'prioritized'].map((key) => client.zcard(store.key(key)));
    const [moving = 0, plain = 0] = await Promise.all(keys);
    return moving + plain;
  };
  await orders.adopt({ order: { policy: 'deadline' } });
  expect(await left()).toBeGreaterThan(1_000);
  await orders.set({ order: { policy: 'deadline' } });
  expect(await left()).toBe(0);
  await bench.close();
});
