import { RedisServer } from '@philjs/jobs-testkit';
import { Worker as BullWorker } from 'bullmq';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { mendSlots } from '../../src/limits/job-slots.ts';
import { redisLimitStore } from '../../src/parts/redis-limit-store.ts';
import { until } from '../server/until.ts';
import { LeaseBench } from './lease-bench.ts';

let server: RedisServer;
let bench: LeaseBench;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());
beforeEach(async () => {
  bench = await LeaseBench.open(server);
});
afterEach(() => bench.close());

/** Lets a raw worker take over and end an active job whose worker of ours has died. */
async function endByRawWorker(id: string): Promise<void> {
  await bench.client.del(bench.store.key(`${id}:lock`));
  const worker = new BullWorker(bench.name, async () => 'by BullMQ', {
    connection: bench.client.duplicate(),
    stalledInterval: 50,
    removeOnComplete: { count: 0 },
  });
  await until(async () => (await bench.client.exists(bench.store.key(id))) === 0);
  await worker.close();
}

test('frees the slots, of its name and of its key, of a job that a raw worker ended', async () => {
  const limits = redisLimitStore(bench.store);
  await limits.publish({ limits: new Map([['work', { concurrencyPerKey: 1, concurrency: 2 }]]) });
  await bench.add(
    { id: 'a', concurrencyKey: 'ada' },
    { id: 'b', concurrencyKey: 'ada' },
    { id: 'c', concurrencyKey: 'bob' },
    { id: 'd', concurrencyKey: 'cleo' },
  );
  const first = await bench.exchange('dies', 10);
  expect(first.jobs.map(({ id }) => id)).toEqual(['a', 'c']);
  await endByRawWorker('a');
  expect((await bench.exchange('w', 10)).jobs).toEqual([]);
  await mendSlots(bench.store);
  expect((await bench.exchange('w', 10)).jobs).toMatchObject([{ id: 'b' }]);
});

test('frees the slot of a key without a limit of the name, also by a change of limits', async () => {
  const limits = redisLimitStore(bench.store);
  await limits.publish({ limits: new Map([['work', { concurrencyPerKey: 1 }]]) });
  await bench.add({ id: 'a', concurrencyKey: 'ada' }, { id: 'b', concurrencyKey: 'ada' });
  expect((await bench.exchange('dies', 10)).jobs).toMatchObject([{ id: 'a' }]);
  await endByRawWorker('a');
  await limits.set({ name: 'work', limits: { concurrencyPerKey: 1, concurrency: 5 } });
  expect((await bench.exchange('w', 10)).jobs).toMatchObject([{ id: 'b' }]);
  expect(await bench.client.keys(bench.store.key('pj:key-slots:*'))).toHaveLength(1);
});
