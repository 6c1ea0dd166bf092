import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { LeaseBench } from './lease-bench.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

test('a worker that goes on under another name is free only when it holds no job', async () => {
  const bench = await LeaseBench.open(server);
  await bench.add('a');
  const listen = vi.spyOn(bench.leases.marker, 'listen');
  const [a] = (await bench.exchange('w', 2)).jobs;
  if (a === undefined) throw new Error('no job started');
  expect(listen).toHaveBeenLastCalledWith(true, false);
  const leases = [{ id: a.id, fencingToken: a.fencingToken }];
  await bench.leases.extend({ holder: 'w~1', leases, now: Date.now(), leaseMs: 60_000 });
  await bench.exchange('w~1', 1);
  expect(listen).toHaveBeenLastCalledWith(true, false);
  // It renewed nothing: it holds nothing any more.
  await bench.exchange('w', 1);
  expect(listen).toHaveBeenLastCalledWith(true, true);
  await bench.close();
});
