import { defineJob } from '@philjs/jobs-core';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RedisQueue } from '../../src/redis-queue.ts';
import { openClient } from '../server/open-client.ts';
import { FaultBench } from './support/fault-bench.ts';
import { printReport } from './support/report.ts';
import { expectShort, inBatches, type Scripts, scriptsOf } from './support/script-time.ts';
import { waitFor } from './support/wait-for.ts';

const KEYS = 1000;
const EACH = 3;
const BACKLOG = 100_000;
const BATCH = 1000;

let bench: FaultBench;
let admin: Redis;
let started: string[];
beforeEach(async () => {
  bench = await FaultBench.start();
  admin = openClient(bench.server);
  started = [];
});
afterEach(async () => {
  await admin.quit();
  await bench.end();
});

/** Makes a queue in which one key has most of the jobs, and 999 others have a few each. */
async function fill(order: 'fair' | 'fifo', backlog: number = BACKLOG): Promise<RedisQueue> {
  const work = defineJob({
    name: 'turn',
    fairKey: ({ tenant }: { tenant: string }) => tenant,
    handler: ({ tenant }: { tenant: string }) => {
      started.push(tenant);
    },
  });
  const options = { concurrency: 20, order, enqueueTimeout: 60_000, backendTimeout: 60_000 };
  const queue = bench.queue(options);
  queue.register(work);
  await inBatches(backlog, BATCH, () =>
    queue.enqueueMany(
      Array.from({ length: BATCH }, () => ({ job: work, payload: { tenant: 'large' } })),
    ),
  );
  const small = Array.from({ length: KEYS - 1 }, (_, i) => ({
    job: work,
    payload: { tenant: `small-${i}` },
  }));
  for (let i = 0; i < EACH; i++) await queue.enqueueMany(small);
  return queue;
}

test('starts the head of a key after at most one start of each other key, one of which has 100,000 jobs', async () => {
  const queue = await fill('fair');
  await queue.process();
  const all = EACH * (KEYS - 1);
  await waitFor(
    'the jobs of the small keys have started',
    () => started.filter((key) => key !== 'large').length === all,
    120_000,
  );
  await queue.stop();
  // Counts the starts of each other key while a job was the head of its own.
  let most = 0;
  const passed = new Map<string, Map<string, number>>();
  const left = new Map(Array.from({ length: KEYS - 1 }, (_, i) => [`small-${i}`, EACH]));
  left.set('large', BACKLOG);
  for (const key of left.keys()) passed.set(key, new Map());
  for (const key of started) {
    left.set(key, (left.get(key) ?? 0) - 1);
    passed.get(key)?.clear();
    for (const [other, counts] of passed) {
      if (other === key || left.get(other) === 0) continue;
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      most = Math.max(most, count);
    }
  }
  printReport('turns of 1,000 keys', {}, { started: started.length, most });
  expect(most).toBe(1);
});

test('moves 200,000 jobs into an order, into another and out again in short scripts', async () => {
  const queue = await fill('fifo', 2 * BACKLOG);
  const { waiting } = await queue.getStats();
  const moved: Record<string, Scripts & { readonly ms: number }> = {};
  for (const order of ['fair', 'deadline', 'fair', 'fifo'] as const) {
    const startedAt = performance.now();
    const scripts = await scriptsOf(admin, () => queue.setOrder(order));
    const ms = Math.round(performance.now() - startedAt);
    moved[`${order} ${Object.keys(moved).length}`] = { ...scripts, ms };
    expectShort(scripts);
    expect((await queue.getStats()).waiting).toBe(waiting);
  }
  expect(await admin.keys('*:pj:o[0-9]*')).toEqual([]);
  const cleared = await scriptsOf(admin, async () => {
    await queue.setOrder('fair');
    await queue.clear();
  });
  printReport('jobs that change their order', {}, { waiting, moved, cleared });
  expectShort(cleared);
  expect((await queue.getStats()).waiting).toBe(0);
});
