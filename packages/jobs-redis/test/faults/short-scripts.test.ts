import { defineJob } from '@philjs/jobs-core';
import { Queue as BullQueue } from 'bullmq';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openClient } from '../server/open-client.ts';
import { FaultBench } from './support/fault-bench.ts';
import { printReport } from './support/report.ts';
import { expectShort, inBatches, scriptsOf } from './support/script-time.ts';
import { waitFor } from './support/wait-for.ts';

const BATCH = 1000;
/** One call that clears so much takes long on a busy machine. */
const MINUTES_5 = 300_000;

let bench: FaultBench;
let admin: Redis;
beforeEach(async () => {
  bench = await FaultBench.start();
  admin = openClient(bench.server);
});
afterEach(async () => {
  await admin.quit();
  await bench.end();
});

test('changes, takes away and clears the limits of 400,000 parked jobs in short scripts', async () => {
  const parked = 400_000;
  const limited = defineJob({
    name: 'limited',
    rateLimit: { max: 1, per: 3_600_000, key: (payload: { key: number }) => String(payload.key) },
    handler: async () => undefined,
  });
  const queue = bench.queue({ concurrency: 10, backendTimeout: MINUTES_5, enqueueTimeout: 60_000 });
  queue.register(limited);
  await queue.process();
  // Half of them stand in one line, the others in 2,000.
  const payload = (i: number) => ({ key: i % 2 === 0 ? -1 : i % 4000 });
  await inBatches(parked, BATCH, (from) =>
    queue.enqueueMany(
      Array.from({ length: BATCH }, (_, i) => ({ job: limited, payload: payload(from + i) })),
    ),
  );
  await waitFor('all lines are shut', async () => (await queue.getStats()).active === 0);
  await queue.stop();
  const changed = await scriptsOf(admin, async () => {
    await queue.setLimits('limited', { rateLimit: { max: 2, per: 3_600_000 } });
    await queue.pauseJobs('limited');
    await queue.resumeJobs('limited');
    await queue.setLimits('limited', { rateLimit: null });
  });
  let removed = 0;
  const cleared = await scriptsOf(admin, async () => {
    removed = await queue.clear();
  });
  printReport('limits of parked jobs', {}, { parked, removed, changed, cleared });
  expect(removed).toBeGreaterThan(parked - 10_000);
  expectShort(changed);
  expectShort(cleared);
}, 600_000);

test('lists, removes and clears 100,000 jobs that BullMQ added in short scripts', async () => {
  const jobs = 100_000;
  const bull = new BullQueue(bench.queueName, {
    connection: { port: bench.server.port },
    prefix: '{philjs}',
  });
  const ids: string[] = [];
  await inBatches(jobs, BATCH, async (from) => {
    const name = (i: number): string => ((from + i) % 1000 === 0 ? 'rare' : 'usual');
    const added = await bull.addBulk(
      Array.from({ length: BATCH }, (_, i) => ({ name: name(i), data: {} })),
    );
    ids.push(...added.map(({ id = '' }) => id));
  });
  const queue = bench.queue({ backendTimeout: MINUTES_5, enqueueTimeout: 60_000 });
  let found = 0;
  const listed = await scriptsOf(admin, async () => {
    for (let cursor: string | undefined, first = true; first || cursor; first = false) {
      const page = await queue.getJobs({ status: 'waiting', name: 'rare', cursor });
      found += page.jobs.length;
      cursor = page.cursor;
    }
  });
  const midst = ids.filter((_, n) => n > jobs / 2 && n % 50 === 0);
  const removed = await scriptsOf(admin, () => queue.removeJobs({ ids: midst }));
  const byName = await scriptsOf(admin, () =>
    queue.removeJobs({ status: 'waiting', name: 'rare' }),
  );
  const cleared = await scriptsOf(admin, () => queue.clear());
  const left = await queue.getStats();
  printReport('jobs of BullMQ', {}, { jobs, listed, removed, byName, cleared });
  await bull.close();
  expect(found).toBe(jobs / 1000);
  expect(left.total).toBe(0);
  for (const scripts of [listed, removed, byName, cleared]) expectShort(scripts);
}, 600_000);

test('changes the limits of a name with 20,000 active jobs in short scripts', async () => {
  const active = 20_000;
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const held = defineJob({ name: 'held', handler: () => ended });
  const queue = bench.queue({ backendTimeout: MINUTES_5, enqueueTimeout: 60_000 });
  queue.register(held);
  await inBatches(active, BATCH, () =>
    queue.enqueueMany(Array.from({ length: BATCH }, () => ({ job: held, payload: undefined }))),
  );
  for (let worker = 0; worker < active / 1000; worker += 1) {
    const each = bench.queue({ concurrency: 1000, lockDuration: 300_000 });
    each.register(held);
    await each.process();
  }
  await waitFor('all are active', async () => (await queue.getStats()).active === active, 120_000);
  const changed = await scriptsOf(admin, () =>
    queue.setLimits('held', { concurrency: active + 1 }),
  );
  printReport('limits of active jobs', {}, { active, changed });
  expectShort(changed);
  // All of them are counted: none starts until fewer than the limit are active.
  await queue.setLimits('held', { concurrency: 1 });
  const { id } = await queue.enqueue(held, undefined);
  expect((await queue.explain(id)).reasons).toMatchObject([{ reason: 'concurrency-full' }]);
  end();
  await queue.waitFor(id, { timeout: 120_000 });
}, 600_000);

test('clears 500,000 waiting jobs, although a call to the store may take 10 seconds', async () => {
  const jobs = 500_000;
  const work = defineJob({ name: 'cleared', handler: async () => undefined });
  const queue = bench.queue({ enqueueTimeout: 60_000 });
  queue.register(work);
  await inBatches(jobs, BATCH, () =>
    queue.enqueueMany(Array.from({ length: BATCH }, () => ({ job: work, payload: undefined }))),
  );
  let removed = 0;
  const startedAt = performance.now();
  const cleared = await scriptsOf(admin, async () => {
    removed = await queue.clear();
  });
  const tookMs = Math.round(performance.now() - startedAt);
  printReport('waiting jobs', {}, { jobs, cleared, tookMs });
  expect(removed).toBe(jobs);
  expect((await queue.getStats()).total).toBe(0);
  expectShort(cleared);
}, 600_000);
