import { afterEach, beforeEach, expect, test } from 'vitest';
import { createQueue } from '../../src/redis-queue.ts';
import { RedisCluster } from '../server/redis-cluster.ts';
import { faultJobs } from './support/fault-jobs.ts';
import { Oracle } from './support/oracle.ts';
import { countRuns, printReport } from './support/report.ts';
import { sleep, waitFor } from './support/wait-for.ts';

let cluster: RedisCluster;
let oracle: Oracle;
beforeEach(async () => {
  oracle = new Oracle();
  cluster = await RedisCluster.start();
});
afterEach(async () => {
  await cluster.stop();
  oracle.remove();
});

test('loses no job while the slot of its queue moves to another node', async () => {
  const client = cluster.client();
  const jobs = faultJobs({ oracle: oracle.file, jobMs: 20, lockDuration: 5000 });
  const queue = createQueue({
    ...{ redis: client, name: 'moving', jobs, concurrency: 10, enqueueTimeout: 60_000 },
    logger: {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: () => undefined,
    },
  });
  const errors = new Set<string>();
  queue.on('error', ({ error }) => errors.add(error.message));
  await queue.process();
  const accepted: string[] = [];
  let refused = 0;
  let isOver = false;
  const produce = async (): Promise<void> => {
    while (!isOver) {
      await queue.enqueue('work', {}).then(
        ({ id }) => accepted.push(id),
        () => (refused += 1),
      );
      await sleep(5);
    }
  };
  const producers = [produce(), produce()];
  await sleep(1500);
  const startedAt = performance.now();
  await cluster.moveSlot('{philjs}:moving:meta', 60);
  const movedMs = Math.round(performance.now() - startedAt);
  await sleep(500);
  isOver = true;
  await Promise.all(producers);
  const isDone = async (): Promise<boolean> => {
    const { waiting, active, delayed } = await queue.getStats();
    return waiting + active + delayed === 0;
  };
  const drained = await waitFor('all have ended', isDone, 30_000).catch(() => undefined);
  const stats = await queue.getStats();
  await queue.close({ timeout: 500 });
  client.disconnect();
  const report = countRuns(accepted, oracle.lines(), []);
  printReport('slot moved under load', report, {
    refused,
    movedMs,
    drained,
    stats,
    errors: [...errors],
  });
  expect(report.lost).toBe(0);
  expect(stats).toMatchObject({ failed: 0, waiting: 0, active: 0 });
});
