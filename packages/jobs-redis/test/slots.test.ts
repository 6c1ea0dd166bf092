import { randomUUID } from 'node:crypto';
import type { Unplaced } from '@philjs/jobs-core/backend';
import type { Cluster } from 'ioredis';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createQueue, type RedisQueue } from '../src/redis-queue.ts';
import { RedisCluster } from './server/redis-cluster.ts';
import { work } from './workflow/flow-bench.ts';

let cluster: RedisCluster;
let client: Cluster;
beforeAll(async () => {
  cluster = await RedisCluster.start();
  client = cluster.client();
});
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

test.each(['app', '{}', 'a}b{c', '{}-{app}'])(
  'refuses the prefix %s, whose keys would be in many slots, before any call',
  (prefix) => {
    expect(() => queueOf({ prefix, hashTag: false })).toThrow(
      expect.objectContaining({
        code: 'JOBS_INVALID_ARGUMENT',
        message: expect.stringContaining('hashTag'),
        details: expect.objectContaining({ field: 'prefix' }),
      }),
    );
  },
);

test('tells a connection to one node of a Cluster what to connect with', async () => {
  const alone = cluster.nodes.map(async ({ port }) => {
    const queue = createQueue({ name: 'alone', redis: { host: '127.0.0.1', port }, jobs: [work] });
    const error: unknown = await queue.enqueue(work, 1).then(
      () => undefined,
      (refused: unknown) => refused,
    );
    await queue.close();
    return error;
  });
  const errors = (await Promise.all(alone)).filter((error) => error !== undefined);
  // The node that has the slot of the queue serves it.
  expect(errors).toHaveLength(2);
  for (const error of errors) {
    expect(error).toMatchObject({
      code: 'JOBS_NOT_SUPPORTED',
      message: expect.stringContaining('`Cluster`'),
    });
  }
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

test('finds a job of a queue on a Cluster that is in no set', async () => {
  const queue = queueOf({});
  await queue.enqueue(work, 1, { jobId: 'lost' });
  await client.del(`{philjs}:${queue.name}:prioritized`);
  expect(await queue.getJob('lost')).toBeUndefined();
  let found = 0;
  for (let cursor: string | undefined = '0'; cursor !== undefined; ) {
    const part: Unplaced | undefined = await queue.backend.diagnostics?.findUnplaced?.({ cursor });
    found += part?.found ?? 0;
    cursor = part?.cursor;
  }
  expect(found).toBe(1);
  expect(await queue.getJob('lost')).toMatchObject({ status: 'waiting' });
});
