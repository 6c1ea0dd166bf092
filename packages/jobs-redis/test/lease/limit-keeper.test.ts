import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LimitKeeper } from '../../src/lease/limit-keeper.ts';
import { redisLimitStore } from '../../src/parts/redis-limit-store.ts';
import { until } from '../server/until.ts';
import { LeaseBench } from './lease-bench.ts';

let server: RedisServer;
let bench: LeaseBench;
beforeAll(async () => {
  server = await RedisServer.start();
  bench = await LeaseBench.open(server);
});
afterAll(async () => {
  await bench.close();
  await server.stop();
});

const of = (name: string) => new Map([[name, { concurrency: 2 }]]);

test('publishes limits again that could not be published', async () => {
  const limits = redisLimitStore(bench.store);
  const keeper = new LimitKeeper(bench.store);
  const facts = bench.store.key('pj:limit-facts');
  await bench.client.set(facts, 'not a hash');
  await expect(keeper.keep(of('failed'))).rejects.toMatchObject({ code: 'JOBS_BACKEND_CONTRACT' });
  await bench.client.del(facts);
  await keeper.keep(of('failed'));
  expect((await limits.read({ name: 'failed' })).limits).toEqual({ concurrency: 2 });
});

test('leaves alone what another worker has published since', async () => {
  const limits = redisLimitStore(bench.store);
  await limits.publish({ limits: new Map([['newer', { concurrency: 5 }]]) });
  await new LimitKeeper(bench.store).keep(of('newer'));
  expect((await limits.read({ name: 'newer' })).limits).toEqual({ concurrency: 5 });
});

test('lets no call go on before the limits that another one publishes are stored', async () => {
  const limits = redisLimitStore(bench.store);
  const keeper = new LimitKeeper(bench.store);
  void keeper.keep(of('slow'));
  await keeper.keep(of('slow'));
  expect((await limits.read({ name: 'slow' })).limits).toEqual({ concurrency: 2 });
});

test('publishes limits again that a replica had not got when it took over', async () => {
  const limits = redisLimitStore(bench.store);
  const keeper = new LimitKeeper(bench.store);
  const known = of('lost');
  const keep = async (): Promise<number | undefined> => {
    await keeper.keep(known);
    return (await limits.read({ name: 'lost' })).limits.concurrency;
  };
  expect(await keep()).toBe(2);
  // All else is there, so no exchange tells.
  await bench.client.del(bench.store.key('pj:limits'), bench.store.key('pj:limit-facts'));
  expect(await keep()).toBe(undefined);
  const { connections } = bench.store.link;
  bench.client.disconnect(true);
  await until(async () => bench.store.link.connections > connections);
  expect(await keep()).toBe(2);
});

test('keeps a limit after the server lost it and the connections stayed', async () => {
  const lost = of('flushed');
  const names = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ id: `flushed-${at}`, name: 'flushed' }));
  const exchange = async (holder: string) =>
    (await bench.exchange(holder, 5, [], { limits: lost })).jobs.length;
  await bench.add(...names(5));
  expect(await exchange('a')).toBe(2);
  await bench.client.flushall();
  await bench.add(...names(5));
  // Another worker, which has stored its own limits since, tells nothing of these.
  await new LimitKeeper(bench.store).keep(of('other'));
  expect(await exchange('a')).toBe(2);
  expect(await exchange('a')).toBe(0);
});
