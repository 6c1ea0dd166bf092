import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { redisLimitStore } from '../../src/parts/redis-limit-store.ts';
import { ended, LeaseBench } from './lease-bench.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

test('hands on answers that arrive together in the order in which the server gave them', async () => {
  const bench = await LeaseBench.open(server);
  const limits = new Map([['slow', { concurrency: 1 }]]);
  await redisLimitStore(bench.store).publish({ limits });
  await bench.exchange('w', 0);
  await bench.add('first');
  // From here on the short script of queues with limits is used.
  const [first] = (await bench.exchange('w', 1)).jobs;
  await bench.add('second', 'third');
  const started: string[] = [];
  const note = ({ jobs }: Awaited<ReturnType<LeaseBench['exchange']>>): void => {
    started.push(...jobs.map(({ id }) => id));
  };
  const { stream } = bench.client;
  stream.cork();
  // An end without a handle needs the whole script; the call after it is a short one.
  const end = first ? [ended(first, { type: 'complete', result: null })] : [];
  const both = [bench.exchange('w', 1, end).then(note), bench.exchange('w', 1).then(note)];
  stream.uncork();
  await Promise.all(both);
  expect(started).toEqual(['second', 'third']);
  await bench.close();
});
