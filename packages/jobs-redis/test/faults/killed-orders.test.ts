import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { defineJob, type OrderPolicy } from '@philjs/jobs-core';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RedisQueue } from '../../src/redis-queue.ts';
import { openClient } from '../server/open-client.ts';
import { FaultBench } from './support/fault-bench.ts';
import { printReport } from './support/report.ts';
import { inBatches } from './support/script-time.ts';
import { waitFor } from './support/wait-for.ts';

const PROGRAM = fileURLToPath(new URL('support/order-process.ts', import.meta.url));
const BACKLOG = 100_000;
const BATCH = 1000;
const TENANTS = 50;

let bench: FaultBench;
let admin: Redis;
let queue: RedisQueue;
let runs: Map<string, number>;
beforeEach(async () => {
  bench = await FaultBench.start();
  admin = openClient(bench.server);
  runs = new Map();
  const work = defineJob({
    name: 'turn',
    fairKey: ({ tenant }: { tenant: number }) => String(tenant),
    handler: (_payload: { tenant: number }, { jobId }) => {
      runs.set(jobId, (runs.get(jobId) ?? 0) + 1);
    },
  });
  queue = bench.queue({ concurrency: 50, enqueueTimeout: 60_000, backendTimeout: 60_000 });
  queue.register(work);
  await inBatches(BACKLOG, BATCH, (from) =>
    queue.enqueueMany(
      Array.from({ length: BATCH }, (_, i) => ({
        job: work,
        payload: { tenant: (from + i) % TENANTS },
        options: { jobId: `job-${from + i}` },
      })),
    ),
  );
});
afterEach(async () => {
  await admin.quit();
  await bench.end();
});

/** Has another process change the order, and kills it while it moves the jobs. Returns how many are moved. */
async function killWhileMoving(order: OrderPolicy): Promise<number> {
  const child = spawn(process.execPath, [PROGRAM, bench.server.url, bench.queueName, order], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += String(chunk);
  });
  const lineup = `{philjs}:${bench.queueName}:pj:lineup`;
  await waitFor('it moves jobs', async () => /,[ml],/.test((await admin.get(lineup)) ?? ''));
  child.kill('SIGKILL');
  await once(child, 'close');
  expect(output).toBe('');
  expect(await admin.get(lineup)).toMatch(/,[ml],/);
  return admin.zcard(`{philjs}:${bench.queueName}:pj:ordered`);
}

const waiting = async (): Promise<number> => (await queue.getStats()).waiting;

test('loses and repeats no job of 100,000 when processes that change their order are killed', async () => {
  const moved: Record<string, number> = {};
  moved['in'] = await killWhileMoving('fair');
  expect(await waiting()).toBe(BACKLOG);
  await queue.setOrder('fair');
  expect(await waiting()).toBe(BACKLOG);

  moved['to another'] = await killWhileMoving('deadline');
  expect(await waiting()).toBe(BACKLOG);
  // One that asks for another order finishes the move to the one before first.
  await queue.setOrder('ageing');
  expect(await waiting()).toBe(BACKLOG);

  moved['out'] = await killWhileMoving('fifo');
  expect(await waiting()).toBe(BACKLOG);
  await queue.setOrder('fair');
  expect(await waiting()).toBe(BACKLOG);

  await queue.process();
  moved['while it works'] = await killWhileMoving('deadline');
  await waitFor('all have run', async () => runs.size === BACKLOG, 240_000);
  await waitFor('all are recorded', async () => (await queue.getStats()).active === 0);
  await queue.stop();
  const repeated = [...runs.values()].filter((count) => count > 1).length;
  printReport('killed while jobs change their order', {}, { moved, repeated });
  expect(repeated).toBe(0);
  expect(await waiting()).toBe(0);
  const left = (await admin.keys('*:pj:o*')).map((key) => key.split(':pj:')[1]);
  expect(left.sort()).toEqual(['order', 'order-revision']);
}, 600_000);
