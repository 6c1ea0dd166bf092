import { afterEach, beforeEach, expect, test } from 'vitest';
import { createQueue } from '../../src/create-queue.ts';
import { RedisCluster } from '../server/redis-cluster.ts';
import { faultJobs } from './support/fault-jobs.ts';
import { Oracle } from './support/oracle.ts';
import { countRuns, printReport } from './support/report.ts';
import { waitFor } from './support/wait-for.ts';

const JOBS = 3000;

let cluster: RedisCluster;
const oracle = new Oracle();
beforeEach(async () => {
  cluster = await RedisCluster.start();
});
afterEach(async () => {
  await cluster.stop();
  oracle.remove();
});

test('runs under load on a cluster of three masters, each queue on one node', async () => {
  const client = cluster.client();
  const errors: string[] = [];
  const queues = ['a', 'b', 'c'].map((name) => {
    const jobs = faultJobs({ oracle: oracle.file, jobMs: 1, lockDuration: 5000 });
    // A prefix of its own puts each queue on a node of its own.
    const queue = createQueue({ redis: client, name, prefix: `{${name}}`, jobs, concurrency: 10 });
    queue.on('error', ({ error }) => errors.push(error.message));
    return queue;
  });
  await Promise.all(queues.map((queue) => queue.process()));
  const items = Array.from({ length: JOBS / queues.length }, (_, i) => ({
    job: 'work',
    payload: {},
    options: { priority: i % 3, ...(i % 10 === 0 && { delay: 100 }) },
  }));
  const added = await Promise.all(queues.map((queue) => queue.enqueueMany(items)));
  await waitFor(
    'all are done',
    async () => {
      const stats = await Promise.all(queues.map((queue) => queue.getStats()));
      return stats.every(({ waiting, active, delayed }) => waiting + active + delayed === 0);
    },
    60_000,
  );
  const keys = await Promise.all(client.nodes('master').map((node) => node.dbsize()));
  await Promise.all(queues.map((queue) => queue.close()));
  client.disconnect();
  const accepted = added.flat().map((job) => job.id);
  const report = countRuns(accepted, oracle.lines(), []);
  printReport('cluster of 3 masters', report, { keys, errors: errors.length });
  expect(report).toMatchObject({ accepted: JOBS, lost: 0, duplicates: 0 });
  expect(errors).toEqual([]);
  expect(keys.every((count) => count > 0)).toBe(true);
});
