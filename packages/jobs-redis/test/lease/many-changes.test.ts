import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { redisLimitStore } from '../../src/parts/redis-limit-store.ts';
import { updateJobs } from '../../src/store/update-jobs.ts';
import { LeaseBench } from './lease-bench.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

const numbers = Array.from({ length: 40 }, (_, index) => index + 1);

test('makes every change of limits, however many come at once', async () => {
  const bench = await LeaseBench.open(server);
  const limits = redisLimitStore(bench.store);
  const rates = numbers.map((max) => ({ rate: { max, per: 1000 } }));
  await Promise.all(rates.map((rate) => limits.set({ name: 'work', limits: rate })));
  expect((await limits.read({ name: 'work' })).revision).toBe(numbers.length);
  await bench.close();
});

test('makes every change of a job, however many come at once', async () => {
  const bench = await LeaseBench.open(server);
  await bench.add('a');
  const changed = await Promise.all(
    numbers.map((n) => updateJobs(bench.store, { ids: ['a'], changes: { metadata: { n } } })),
  );
  expect(changed).toEqual(numbers.map(() => 1));
  await bench.close();
});
