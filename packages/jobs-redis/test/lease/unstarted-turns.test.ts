import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { redisLimitStore } from '../../src/parts/redis-limit-store.ts';
import { redisOrderStore } from '../../src/parts/redis-order-store.ts';
import { ended, LeaseBench } from './lease-bench.ts';

const LINES = 2000;

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

/** Counts the commands that the server ran, those of scripts included. */
async function commands(): Promise<number> {
  const stats = await bench.client.info('commandstats');
  return [...stats.matchAll(/:calls=(\d+)/g)].reduce((sum, [, calls]) => sum + Number(calls), 0);
}

test('gives a turn of a key back that has jobs in thousands of lines, and looks at few of them', async () => {
  await redisOrderStore(bench.store).set({ order: { policy: 'fair' } });
  await redisLimitStore(bench.store).set({ name: 'work', limits: { concurrencyPerKey: 1 } });
  const order = { fairKey: 'tenant' };
  for (let from = 0; from < LINES; from += 500) {
    await bench.add(
      ...Array.from({ length: 500 }, (_, i) => ({
        id: `job-${from + i}`,
        order,
        concurrencyKey: `user-${from + i}`,
      })),
    );
  }
  await bench.add({ id: 'other', order: { fairKey: 'other' }, concurrencyKey: 'user' });
  const { jobs } = await bench.exchange('w', 1);
  expect(jobs.map(({ id }) => id)).toEqual(['job-0']);
  const before = await commands();
  await bench.exchange('w', 0, [ended(jobs[0] as never, { type: 'unstarted' })]);
  expect((await commands()) - before).toBeLessThan(200);
  // Its turn is what it was: the key goes before the other one again. An exchange looks at some of the lines only.
  const again: string[] = [];
  for (let tries = 0; again.length < 2 && tries < LINES; tries++) {
    const answer = await bench.exchange('w', 2 - again.length);
    again.push(...answer.jobs.map(({ id }) => id));
  }
  expect(again).toEqual(['job-0', 'other']);
});
