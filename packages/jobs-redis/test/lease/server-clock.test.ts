import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { redisLimitStore } from '../../src/parts/redis-limit-store.ts';
import { until } from '../server/until.ts';
import { LeaseBench } from './lease-bench.ts';

const MINUTES_5 = 300_000;

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

/** Moves all times that the server stored five minutes ahead: so they look once its clock is set back as much. */
async function setClockBack(): Promise<void> {
  const { client, store } = bench;
  for (const name of ['pj:openings', 'pj:starts:4:work']) {
    const key = store.key(name);
    for (const member of await client.zrange(key, '0', '-1')) {
      await client.zincrby(key, MINUTES_5, member);
    }
  }
  const [held, meta] = [store.key('pj:held'), store.key('meta')];
  for (const field of await client.hkeys(held)) await client.hincrby(held, field, MINUTES_5);
  if (await client.hexists(meta, 'pj:held')) await client.hincrby(meta, 'pj:held', MINUTES_5);
  const looked = store.key('pj:looked');
  // A look is remembered for half a lease. On a busy machine that may be over, as it is not between those of a worker.
  const at = Number((await client.get(looked)) ?? Date.now());
  await client.set(looked, String(at + MINUTES_5), 'PX', MINUTES_5);
  for (const key of await client.keys(store.key('*:lock'))) {
    await client.pexpire(key, (await client.pttl(key)) + MINUTES_5);
  }
}

test('takes back in time what was lost before the clock of the server was set back', async () => {
  await bench.add('a', 'b');
  await bench.exchange('dies', 1, [], { leaseMs: 4000 });
  const held = await bench.exchange('lives', 1, [], { leaseMs: 60_000 });
  expect(held.jobs).toMatchObject([{ id: 'b' }]);
  await setClockBack();
  let found: unknown[] = [];
  await until(async () => {
    const { jobs } = await bench.exchange('w', 5, [], { leaseMs: 200 });
    found = jobs.map(({ id }) => id);
    return jobs.length > 0;
  });
  expect(found).toEqual(['a']);
  expect(await bench.client.pttl(bench.store.key('b:lock'))).toBeLessThanOrEqual(60_000);
});

test('starts the next job of a rate in time after the clock of the server was set back', async () => {
  const limits = redisLimitStore(bench.store);
  await limits.publish({ limits: new Map([['work', { rate: { max: 1, per: 2000 } }]]) });
  await bench.add('a', 'b');
  expect((await bench.exchange('w', 5)).jobs).toMatchObject([{ id: 'a' }]);
  expect((await bench.exchange('w', 5)).jobs).toEqual([]);
  const at = performance.now();
  await setClockBack();
  await until(async () => {
    const { jobs } = await bench.exchange('w', 5, [], { leaseMs: 200 });
    return jobs.some(({ id }) => id === 'b');
  });
  expect(performance.now() - at).toBeGreaterThan(1900);
});

test('holds jobs back for no longer after the clock of the server was set back', async () => {
  const limits = redisLimitStore(bench.store);
  await bench.add('a', 'b');
  const [job] = (await bench.exchange('w', 1)).jobs;
  const lease = { id: 'a', fencingToken: job?.fencingToken ?? 0 };
  expect(await limits.holdBack({ lease, ms: 2000, now: Date.now() })).toBe(true);
  expect((await bench.exchange('w', 5)).jobs).toEqual([]);
  const at = performance.now();
  await setClockBack();
  await until(async () => {
    const { jobs } = await bench.exchange('w', 5, [], { leaseMs: 200 });
    return jobs.some(({ id }) => id === 'b');
  });
  expect(performance.now() - at).toBeGreaterThan(1900);
});
