import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { redisLimitStore } from '../../src/parts/redis-limit-store.ts';
import { ended, LeaseBench } from './lease-bench.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

test('starts a job that came into its line in the exchange in which the line had become empty', async () => {
  const bench = await LeaseBench.open(server);
  await bench.add('a', 'b');
  const [a] = (await bench.exchange('w', 1)).jobs;
  if (a === undefined) throw new Error('no job started');
  // The other one waits where no limit applies.
  await redisLimitStore(bench.store).publish({
    limits: new Map([['work', { concurrency: 1 }]]),
  });
  // It starts again, and leaves its line empty, before the other one comes there.
  const [again] = (await bench.exchange('w', 2, [ended(a, { type: 'unstarted' })])).jobs;
  expect(again?.id).toBe('a');
  const { jobs } = await bench.exchange('w', 2, [
    ended({ ...a, fencingToken: 2 }, { type: 'complete', result: null }),
  ]);
  expect(jobs.map(({ id }) => id)).toEqual(['b']);
  await bench.close();
});
