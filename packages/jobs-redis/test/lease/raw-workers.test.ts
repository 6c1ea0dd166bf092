import { RedisServer } from '@philjs/jobs-faults';
import { Queue as BullQueue, Worker as BullWorker } from 'bullmq';
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

test.each([
  [10, 50],
  [100, 5],
])(
  'of %i limited names, counts %i jobs of one that BullMQ removed as waiting no longer',
  async (names, jobs) => {
    const limits = redisLimitStore(bench.store);
    for (let name = 0; name < names; name++) {
      await limits.setPaused({ name: `name-${name}`, paused: true });
    }
    const ids = Array.from({ length: jobs }, (_, index) => `job-${index}`);
    await bench.add(...ids.map((id) => ({ id, name: 'name-7' })));
    // Puts them into the line of their name, which BullMQ does not know.
    expect((await bench.exchange('w', 1)).jobs).toEqual([]);
    const bull = new BullQueue(bench.name, { connection: bench.client.duplicate() });
    for (const id of ids) await bull.remove(id);
    await bull.close();
    const parked = bench.store.key('pj:parked:name-7');
    expect(await bench.client.zcard(parked)).toBe(jobs);
    await mendSlots(bench.store);
    expect(await bench.client.zcard(parked)).toBe(0);
    expect(await bench.jobs.counts()).toMatchObject({ waiting: 0 });
  },
);
