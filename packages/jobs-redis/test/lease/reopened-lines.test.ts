import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { LimitKeeper } from '../../src/lease/limit-keeper.ts';
import { redisLimitStore } from '../../src/parts/redis-limit-store.ts';
import { LeaseBench } from './lease-bench.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

let bench: LeaseBench;
let limits: ReturnType<typeof redisLimitStore>;
/** Three lines of paused jobs: two are shut, and the last one is alone among those to be looked at. */
beforeEach(async () => {
  bench = await LeaseBench.open(server);
  limits = redisLimitStore(bench.store);
  await limits.setPaused({ name: 'work', paused: true });
  await bench.add(...['a', 'b', 'c'].map((id) => ({ id, rateKey: id })));
  expect(await started()).toEqual([]);
  expect(await bench.client.hlen(bench.store.key('pj:shut'))).toBe(2);
});
afterEach(() => bench.close());

const started = async (): Promise<string[]> =>
  (await bench.exchange('w', 5)).jobs.map(({ id }) => id);

/** Answers a script in another way, once. */
function answer(command: string, reply: (run: () => Promise<unknown>) => Promise<unknown>): void {
  const { store } = bench;
  const { send } = store;
  store.send = async (client, script, ...rest) => {
    const run = () => send.call(store, client, script as never, ...(rest as [never]));
    if (script.command !== command) return run() as never;
    store.send = send;
    return reply(run) as never;
  };
}

/** Resumes the jobs by a process that dies once it has stored that. */
async function resumeAndDie(): Promise<void> {
  answer('pjReopenLines', () => Promise.reject(new Error('killed')));
  await expect(limits.setPaused({ name: 'work', paused: false })).rejects.toThrow('killed');
}

test('opens the lines that a killed process left shut when its call is repeated', async () => {
  await resumeAndDie();
  expect(await started()).toEqual(['c']);
  await limits.setPaused({ name: 'work', paused: false });
  expect(await started()).toEqual(['a', 'b']);
});

test('opens the lines that a killed process left shut by any worker', async () => {
  await resumeAndDie();
  await new LimitKeeper(bench.store, 0).keep(new Map());
  expect(await started()).toEqual(['a', 'b', 'c']);
});

test('opens the lines though the answer that the change was stored is lost', async () => {
  // The call is sent again, and finds what it has stored.
  answer('pjChangeLimits', async (run) => {
    await run();
    return run();
  });
  await limits.setPaused({ name: 'work', paused: false });
  expect(await started()).toEqual(['a', 'b', 'c']);
});

test('remembers the lines that a change left shut while an earlier one opened them', async () => {
  answer('pjReopenLines', async (run) => {
    await resumeAndDie();
    return run();
  });
  await limits.set({ name: 'work', limits: { concurrency: 5 } });
  const reopening = bench.store.key('pj:reopening');
  expect(await bench.client.exists(reopening)).toBe(1);
  await new LimitKeeper(bench.store, 0).keep(new Map());
  expect(await bench.client.exists(reopening)).toBe(0);
});
