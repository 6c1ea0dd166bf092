import type { RedisServer } from '@philjs/jobs-faults';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createQueue } from '../../src/redis-queue.ts';
import { openClient } from '../server/open-client.ts';
import { RedisCluster } from '../server/redis-cluster.ts';
import { faultJobs } from './support/fault-jobs.ts';
import { Oracle } from './support/oracle.ts';
import { countRuns, printReport } from './support/report.ts';
import { waitFor } from './support/wait-for.ts';

const JOBS = 3000;

let cluster: RedisCluster;
let oracle: Oracle;
beforeEach(async () => {
  oracle = new Oracle();
  cluster = await RedisCluster.start({ config: { 'cluster-node-timeout': '2000' } });
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
    const queue = createQueue({
      ...{ redis: client, name, prefix: `{${name}}`, jobs, concurrency: 10 },
      enqueueTimeout: 60_000,
    });
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

test('goes on within seconds of the promotion when a master is frozen and replaced', async () => {
  const client = cluster.client();
  const jobs = faultJobs({ oracle: oracle.file, jobMs: 5, lockDuration: 2000 });
  const queue = createQueue({ redis: client, name: 'moved', jobs, concurrency: 5, logger: silent });
  queue.on('error', () => undefined);
  await queue.process();
  const first = await queue.enqueueMany(
    Array.from({ length: 50 }, () => ({ job: 'work', payload: {} })),
  );
  await waitFor('they are done', async () => (await queue.getStats()).completed === 50);
  const master = await cluster.masterOf('{philjs}:moved:meta');
  const replica = await cluster.replicate(master);
  const admin = openClient(replica);
  await waitFor('it knows all slots', async () =>
    String(await admin.call('CLUSTER', 'INFO')).includes('cluster_state:ok'),
  );
  const taken = await queue.enqueueMany(
    Array.from({ length: 50 }, () => ({ job: 'work', payload: { ms: 20 } })),
  );
  await waitFor('all is replicated', async () => {
    const [own, other] = await Promise.all([offsetOf(master), offsetOf(replica)]);
    return own === other && (await queue.getStats()).active === 0;
  });
  master.freeze();
  await waitFor(
    'the replica is promoted',
    async () => String(await admin.call('ROLE')).startsWith('master'),
    60_000,
  );
  const promotedAt = performance.now();
  const ids = [...first, ...taken].map(({ id }) => id);
  await waitFor('the queue takes jobs', async () => {
    const job = await queue.enqueue('work', {}).catch(() => undefined);
    if (job !== undefined) ids.push(job.id);
    return job !== undefined;
  });
  await waitFor('it is done', () => ended().has(ids.at(-1) ?? ''));
  const healedMs = Math.round(performance.now() - promotedAt);
  await queue.close({ timeout: 500 });
  master.thaw();
  client.disconnect();
  admin.disconnect();
  await replica.stop();
  const report = countRuns(ids, oracle.lines(), []);
  printReport('master of a cluster frozen and replaced', report, { healedMs });
  expect(report.lost).toBe(0);
  expect(healedMs).toBeLessThan(60_000);
});

const ended = (): Set<string> =>
  new Set(oracle.lines().flatMap(({ what, jobId }) => (what === 'end' ? [jobId] : [])));

async function offsetOf(server: RedisServer): Promise<string | undefined> {
  const admin = openClient(server);
  const info = await admin.info('replication');
  admin.disconnect();
  return /(?:slave_repl_offset|master_repl_offset):(\d+)/.exec(info)?.[1];
}

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
