import { defineJob } from '@philjs/jobs-core';
import { Queue as BullQueue } from 'bullmq';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openClient } from '../server/open-client.ts';
import { FaultBench } from './support/fault-bench.ts';
import { printReport } from './support/report.ts';
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

/** How many scripts an action took, and how much of the server's processor time each took on average, in milliseconds. */
interface Scripts {
  readonly count: number;
  readonly eachMs: number;
}

async function scriptsOf(action: () => Promise<unknown>): Promise<Scripts> {
  await admin.config('RESETSTAT');
  const before = await cpuMs();
  await action();
  const usedMs = (await cpuMs()) - before;
  const stats = await admin.info('commandstats');
  const calls = [...stats.matchAll(/cmdstat_eval(?:sha)?:calls=(\d+)/g)];
  const count = calls.reduce((sum, [, each]) => sum + Number(each), 0);
  return { count, eachMs: Math.round((usedMs / count) * 100) / 100 };
}

/** Reads the server's processor time: how long a script takes by the clock depends on what else the machine does. */
async function cpuMs(): Promise<number> {
  const info = await admin.info('cpu');
  const seconds = (name: string): number => Number(new RegExp(`${name}:([\\d.]+)`).exec(info)?.[1]);
  return 1000 * (seconds('used_cpu_user_main_thread') + seconds('used_cpu_sys_main_thread'));
}

function expectShort({ count, eachMs }: Scripts): void {
  expect(count).toBeGreaterThan(0);
  expect(eachMs).toBeLessThan(20);
}

async function inBatches(count: number, add: (from: number) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < count; from += BATCH) await add(from);
}

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
  await inBatches(parked, (from) =>
    queue.enqueueMany(
      Array.from({ length: BATCH }, (_, i) => ({ job: limited, payload: payload(from + i) })),
    ),
  );
  await waitFor('all lines are shut', async () => (await queue.getStats()).active === 0);
  await queue.stop();
  const changed = await scriptsOf(async () => {
    await queue.setLimits('limited', { rateLimit: { max: 2, per: 3_600_000 } });
    await queue.pauseJobs('limited');
    await queue.resumeJobs('limited');
    await queue.setLimits('limited', { rateLimit: null });
  });
  let removed = 0;
  const cleared = await scriptsOf(async () => {
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
  await inBatches(jobs, async (from) => {
    const name = (i: number): string => ((from + i) % 1000 === 0 ? 'rare' : 'usual');
    const added = await bull.addBulk(
      Array.from({ length: BATCH }, (_, i) => ({ name: name(i), data: {} })),
    );
    ids.push(...added.map(({ id = '' }) => id));
  });
  const queue = bench.queue({ backendTimeout: MINUTES_5, enqueueTimeout: 60_000 });
  let found = 0;
  const listed = await scriptsOf(async () => {
    for (let cursor: string | undefined, first = true; first || cursor; first = false) {
      const page = await queue.getJobs({ status: 'waiting', name: 'rare', cursor });
      found += page.jobs.length;
      cursor = page.cursor;
    }
  });
  const midst = ids.filter((_, n) => n > jobs / 2 && n % 50 === 0);
  const removed = await scriptsOf(() => queue.removeJobs({ ids: midst }));
  const byName = await scriptsOf(() => queue.removeJobs({ status: 'waiting', name: 'rare' }));
  const cleared = await scriptsOf(() => queue.clear());
  const left = await queue.getStats();
  printReport('jobs of BullMQ', {}, { jobs, listed, removed, byName, cleared });
  await bull.close();
  expect(found).toBe(jobs / 1000);
  expect(left.total).toBe(0);
  for (const scripts of [listed, removed, byName, cleared]) expectShort(scripts);
}, 600_000);
