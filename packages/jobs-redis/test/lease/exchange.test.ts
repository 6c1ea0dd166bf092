import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { ended, LeaseBench } from './lease-bench.ts';

const done = { type: 'complete', result: 'ok' } as const;

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

const status = async (id: string): Promise<string | undefined> =>
  (await bench.jobs.get({ id }))?.status;

test('records what ended and hands out what waits in one step', async () => {
  await bench.add('a', 'b', 'c');
  const first = await bench.exchange('w', 2);
  expect(first.jobs.map(({ id }) => id)).toEqual(['a', 'b']);
  const second = await bench.exchange(
    'w',
    2,
    first.jobs.map((job) => ended(job, done)),
  );
  expect(second.jobs).toMatchObject([{ id: 'c', status: 'active', fencingToken: 1 }]);
  expect(second.refused).toEqual([]);
  expect([await status('a'), await status('b'), await status('c')]).toEqual([
    'completed',
    'completed',
    'active',
  ]);
});

test('answers the last calls of a holder again, with what it still holds of them', async () => {
  await bench.add('a', 'b', 'c');
  const first = await bench.exchange('w', 1);
  const [a] = first.jobs;
  const both = [ended(a!, done), ended({ ...a!, id: 'x' }, done)];
  const second = await bench.exchange('w', 1, both);
  expect((await bench.exchange('w', 1, [], { sequence: 1 })).jobs).toEqual([]);
  const again = await bench.exchange('w', 1, both, { sequence: 2 });
  expect(again.jobs).toEqual(second.jobs);
  expect(again.refused).toEqual([{ id: 'x', fencingToken: a?.fencingToken }]);
  expect(await status('c')).toBe('waiting');
});

test('takes a value that holds what separates the parts of an answer', async () => {
  await bench.add({ id: 'a\0b', name: 'x\0y' }, 'b');
  const { jobs } = await bench.exchange('w', 2);
  expect(jobs.map(({ id, name }) => [id, name])).toEqual([
    ['a\0b', 'x\0y'],
    ['b', 'work'],
  ]);
  const { refused } = await bench.exchange(
    'w',
    0,
    jobs.map((job) => ended(job, done)),
  );
  expect(refused).toEqual([]);
});

test('takes back what others lost, not what the holder itself lost', async () => {
  await bench.add('a');
  await bench.exchange('w', 1, [], { leaseMs: 60 });
  await new Promise((resolve) => setTimeout(resolve, 120));
  const own = await bench.exchange('w', 1, [], { leaseMs: 60 });
  expect([own.jobs, own.stalled]).toEqual([[], []]);
  await new Promise((resolve) => setTimeout(resolve, 60));
  const other = await bench.exchange('v', 1, [], { leaseMs: 60 });
  expect(other.stalled).toEqual([
    { lease: { id: 'a', fencingToken: 1 }, name: 'work', failed: false },
  ]);
  expect(other.jobs).toMatchObject([{ id: 'a', fencingToken: 2, stalledCount: 1 }]);
});

test('drops an id that waits without a job', async () => {
  await bench.client.zadd(bench.store.key('prioritized'), 1, 'ghost');
  await bench.client.lpush(bench.store.key('wait'), 'ghost too');
  await bench.add('a');
  const { jobs } = await bench.exchange('w', 5);
  expect(jobs.map(({ id }) => id)).toEqual(['a']);
  expect(await bench.jobs.counts()).toMatchObject({ waiting: 0, active: 1 });
});

test('keeps apart two jobs that are called alike and held under one token', async () => {
  await bench.add('1');
  await bench.client.hset(bench.store.key('1'), 'name', 'foreign', 'data', '{}', 'opts', '{}');
  await bench.client.lpush(bench.store.key('wait'), '1');
  const { jobs } = await bench.exchange('w', 2);
  expect(jobs.map(({ id }) => id)).toEqual(['1', '1']);
  const own = jobs.find(({ name }) => name === 'work');
  await bench.exchange('w', 0, [ended(own!, done)]);
  expect(await status('1')).toBe('completed');
  expect(await bench.client.hget(bench.store.key('1'), 'finishedOn')).toBeNull();
});

test('extends what is held, also when the lease ran out and no worker took the job', async () => {
  await bench.add('a', 'b');
  const { jobs } = await bench.exchange('w', 2, [], { leaseMs: 60 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  const lost = { id: 'b', fencingToken: 7 };
  const leases = [{ id: 'a', fencingToken: jobs[0]?.fencingToken ?? 0 }, lost];
  const answer = await bench.leases.extend({ holder: 'w', leases, now: 0, leaseMs: 5000 });
  expect(answer).toEqual({ lost: [lost], cancelled: [] });
  expect(await bench.client.pttl(bench.store.key('a:lock'))).toBeGreaterThan(1000);
});
