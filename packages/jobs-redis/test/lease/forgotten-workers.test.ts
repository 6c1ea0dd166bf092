import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { redisLimitStore } from '../../src/parts/redis-limit-store.ts';
import { forgetWorkerScript } from '../../src/parts/redis-worker-store.ts';
import { ended, LeaseBench } from './lease-bench.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

test('keeps no answers of a worker that has left, under whatever name it went on', async () => {
  const bench = await LeaseBench.open(server);
  await bench.add('a', 'b', 'c');
  for (const holder of ['w2', 'w', 'w~1', 'w~2']) await bench.exchange(holder, 1);
  await bench.store.run(forgetWorkerScript, { worker: 'w' });
  const answers = await bench.client.hkeys(bench.store.key('pj:answers'));
  expect(answers).toEqual([expect.stringMatching(/^w2:/)]);
  await bench.close();
});

test('wakes another worker for a limited job when one leaves', async () => {
  const bench = await LeaseBench.open(server);
  await redisLimitStore(bench.store).set({ name: 'work', limits: { concurrency: 1 } });
  await bench.add('a', 'b');
  const [a] = (await bench.exchange('w', 1)).jobs;
  if (a === undefined) throw new Error('no job started');
  await bench.exchange('w', 0, [ended(a, { type: 'complete', result: null })]);
  const marker = bench.store.key('marker');
  await bench.client.del(marker);
  await bench.store.run(forgetWorkerScript, { worker: 'w' });
  expect(await bench.client.exists(marker)).toBe(1);
  await bench.close();
});
