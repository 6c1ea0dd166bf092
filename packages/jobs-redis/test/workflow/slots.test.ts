import { randomUUID } from 'node:crypto';
import type { Cluster } from 'ioredis';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createQueue, type RedisQueue } from '../../src/redis-queue.ts';
import { RedisCluster } from '../server/redis-cluster.ts';
import { work } from './flow-bench.ts';

let cluster: RedisCluster;
let client: Cluster;
beforeAll(async () => {
  cluster = await RedisCluster.start();
  client = cluster.client();
}, 60_000);
afterAll(async () => {
  client.disconnect();
  await cluster.stop();
});

/** Makes a queue on the cluster, closed when the test ends. */
function queueOf(options: { readonly prefix?: string; readonly hashTag?: boolean }): RedisQueue {
  const name = `slots-${randomUUID().slice(0, 8)}`;
  const queue = createQueue({ ...options, name, redis: client, jobs: [work] });
  onTestFinished(() => queue.close());
  return queue;
}

test.each(['app', '{}', 'a}b{c'])('refuses jobs that wait under the prefix %s', async (prefix) => {
  const queue = queueOf({ prefix, hashTag: false });
  const before = { job: work, payload: 1, options: { jobId: 'first' } };
  const last = { job: work, payload: 2, options: { dependsOn: [before] } };
  await expect(queue.enqueueMany([before, last])).rejects.toMatchObject({
    code: 'JOBS_NOT_SUPPORTED',
    details: { backend: 'redis', capability: 'workflows' },
  });
  const found = client.nodes('master').map((node) => node.keys(`*${queue.name}:first`));
  expect((await Promise.all(found)).flat()).toEqual([]);
});

test.each([{ prefix: '{app}', hashTag: false }, { prefix: 'app-{one}', hashTag: false }, {}])(
  'runs a workflow whose keys are in one slot: %o',
  async (options) => {
    const queue = queueOf(options);
    const before = { job: work, payload: 1 };
    const last = { job: work, payload: 2, options: { dependsOn: [before] } };
    const [, added] = await queue.enqueueMany([before, last]);
    expect(added?.dependencies).toEqual({ total: 1, open: 1, failed: 0 });
    await queue.process();
    expect(await queue.waitFor(added?.id ?? '')).toBe(2);
  },
);
