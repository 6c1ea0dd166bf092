import { RedisServer } from '@philjs/jobs-faults';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openClient } from '../server/open-client.ts';
import { FaultBench } from './support/fault-bench.ts';
import { MovingAddress } from './support/moving-address.ts';
import { countRuns, printReport } from './support/report.ts';
import { waitFor } from './support/wait-for.ts';

let bench: FaultBench;
let replica: RedisServer;
let address: MovingAddress;
beforeEach(async () => {
  bench = await FaultBench.start();
  replica = await RedisServer.start({
    config: { replicaof: `127.0.0.1 ${bench.server.port}` },
  });
  address = await MovingAddress.start(bench.server.port);
});
afterEach(async () => {
  await bench.end();
  address.stop();
  await replica.stop();
});

test('finds the new master after a failover that leaves its connections alive', async () => {
  const [master, next] = [openClient(bench.server), openClient(replica)];
  const queue = bench.queue({ redis: address.url, concurrency: 5, jobMs: 1 });
  await queue.process();
  const enqueue = (count: number): Promise<{ id: string }[]> =>
    queue.enqueueMany(Array.from({ length: count }, () => ({ job: 'work', payload: {} })));
  const done = async (): Promise<boolean> => {
    const { waiting, active, delayed } = await queue.getStats();
    return waiting + active + delayed === 0;
  };
  const accepted = await enqueue(100);
  await waitFor('the first are done', done);
  await waitFor('all is replicated', async () => (await master.call('WAIT', 1, 1000)) === 1);

  await next.call('REPLICAOF', 'NO', 'ONE');
  address.moveTo(replica.port);
  await master.call('REPLICAOF', '127.0.0.1', replica.port);
  const failedOver = performance.now();
  let refused = 0;
  await waitFor('the new master takes jobs', async () => {
    try {
      accepted.push(...(await enqueue(100)));
      return true;
    } catch {
      refused += 1;
      return false;
    }
  });
  await waitFor('they are done', done);
  const healedMs = Math.round(performance.now() - failedOver);
  master.disconnect();
  next.disconnect();
  const report = countRuns(
    accepted.map(({ id }) => id),
    bench.oracle.lines(),
    [],
  );
  printReport('failover with the connection alive', report, { healedMs, refused });
  expect(report).toMatchObject({ accepted: 200, lost: 0, duplicates: 0 });
  expect(healedMs).toBeLessThan(60_000);
});
