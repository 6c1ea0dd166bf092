import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { LimitKeeper } from '../../src/lease/limit-keeper.ts';
import { redisLimitStore } from '../../src/parts/redis-limit-store.ts';
import { LeaseBench } from './lease-bench.ts';

const NAMES = 300;
const WAITING = { statuses: ['waiting'], order: 'newest' } as const;

let server: RedisServer;
let bench: LeaseBench;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

/** Pauses many names, two of which have jobs. */
beforeEach(async () => {
  bench = await LeaseBench.open(server);
  onTestFinished(() => bench.close());
  const limits = redisLimitStore(bench.store);
  for (let name = 0; name < NAMES; name++) {
    await limits.setPaused({ name: `name-${name}`, paused: true });
  }
  const ids = ['a', 'b', 'c', 'd'];
  await bench.add(...ids.map((id, at) => ({ id, name: `name-${at < 2 ? 7 : 200}` })));
});

/** Returns how many scripts a task runs. */
async function scriptsOf(task: () => Promise<unknown>): Promise<number> {
  await task();
  await bench.client.config('RESETSTAT');
  await task();
  const stats = await bench.client.info('commandstats');
  return Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1] ?? 0);
}

test('looks after many names with limits in a few scripts', async () => {
  const keeper = new LimitKeeper(bench.store, 0);
  expect(await scriptsOf(() => keeper.keep(new Map()))).toBeLessThanOrEqual(4);
});

test('reads a page of waiting jobs in a few scripts, however many names have limits', async () => {
  const { jobs } = bench;
  expect(await scriptsOf(() => jobs.list({ ...WAITING, limit: 10 }))).toBeLessThanOrEqual(10);
});

test('goes on behind the jobs of a name that have started meanwhile', async () => {
  const { jobs } = bench;
  for (const [order, first, next] of [
    ['oldest', ['c', 'd'], ['a', 'b']],
    ['newest', ['b', 'a'], ['d', 'c']],
  ] as const) {
    const page = await jobs.list({ ...WAITING, order, limit: 2 });
    expect(page.jobs.map(({ id }) => id)).toEqual(first);
    await jobs.remove({ ids: first });
    const { cursor } = page;
    const rest = await jobs.list({ ...WAITING, order, limit: 10, ...(cursor && { cursor }) });
    expect(rest.jobs.map(({ id }) => id)).toEqual(next);
    await bench.add(
      ...first.map((id) => ({ id, name: order === 'oldest' ? 'name-200' : 'name-7' })),
    );
  }
});

test.each(['newest', 'oldest'] as const)(
  'passes over no job of a paused name that a worker sorts aside meanwhile: %s first',
  async (order) => {
    const { jobs, store } = bench;
    const ids = ['e', 'f', 'g'];
    // They wait among all others when their name is paused.
    await bench.add(...ids.map((id) => ({ id, name: 'work' })));
    await redisLimitStore(store).setPaused({ name: 'work', paused: true });
    const run = store.run.bind(store);
    let exchanges = 0;
    vi.spyOn(store, 'run').mockImplementation(async (...call) => {
      if (exchanges === 0 && (call[1] as { part?: string }).part === 'prioritized') {
        exchanges += 1;
        await bench.exchange('w', 1);
      }
      return run(...call);
    });
    const page = await jobs.list({ ...WAITING, order, limit: 100 });
    expect(page.jobs.map(({ id }) => id).sort()).toEqual(['a', 'b', 'c', 'd', ...ids]);
  },
);

test('lists once a job that a worker sorts aside after it was read', async () => {
  const { jobs, store } = bench;
  await bench.add(...['e', 'f'].map((id) => ({ id, name: 'work' })));
  await redisLimitStore(store).setPaused({ name: 'work', paused: true });
  const run = store.run.bind(store);
  let isRead = false;
  vi.spyOn(store, 'run').mockImplementation(async (...call) => {
    const answer = await run(...call);
    if (!isRead && (call[1] as { part?: string }).part === 'prioritized') {
      isRead = true;
      await bench.exchange('w', 1);
    }
    return answer;
  });
  const page = await jobs.list({ ...WAITING, order: 'oldest', limit: 100 });
  expect(page.jobs.map(({ id }) => id).sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
});
