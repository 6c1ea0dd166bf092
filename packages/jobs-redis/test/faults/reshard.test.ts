import { setTimeout as sleep } from 'node:timers/promises';
import { defineJob, type ErrorCode, isJobsError } from '@philjs/jobs-core';
import { Queue as BullQueue } from 'bullmq';
import type { Cluster } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createQueue, type RedisQueue } from '../../src/redis-queue.ts';
import { RedisCluster } from '../server/redis-cluster.ts';
import { until } from '../server/until.ts';
import { printReport } from './support/report.ts';

/** A prefix whose keys have slot 0, which `redis-cli --cluster reshard` moves first. */
const PREFIX = '{m3433}';
/** How many jobs lie in the slot, so that it moves for a while. */
const BACKLOG = 20_000;

let cluster: RedisCluster;
let client: Cluster;
beforeEach(async () => {
  cluster = await RedisCluster.start();
  client = cluster.client();
});
afterEach(async () => {
  client.disconnect();
  await cluster.stop();
});

/** Counts the runs of jobs that a worker has seen, by their id. */
const runs = new Map<string, number>();
const work = defineJob({
  name: 'work',
  handler: async (_payload: unknown, ctx) => {
    await sleep(5);
    runs.set(ctx.jobId, (runs.get(ctx.jobId) ?? 0) + 1);
  },
});

async function openQueue(name: string): Promise<RedisQueue> {
  runs.clear();
  const queue = createQueue({
    ...{ redis: client, name, prefix: PREFIX, jobs: [work], concurrency: 10 },
    ...{ lockDuration: 2000, enqueueTimeout: 1000, logger: silent },
  });
  const later = Array.from({ length: BACKLOG }, () => ({
    job: work,
    payload: {},
    options: { delay: 3_600_000 },
  }));
  for (let at = 0; at < later.length; at += 1000)
    await queue.enqueueMany(later.slice(at, at + 1000));
  await queue.process();
  return queue;
}

/** Moves the slot under load; `produce` enqueues under an id and returns the ids of the jobs that are to run then. */
async function reshardUnder(
  queue: RedisQueue,
  produce: (id: string) => Promise<readonly string[]>,
): Promise<void> {
  const errors: unknown[] = [];
  queue.on('error', ({ error }) => errors.push(error));
  const accepted: string[] = [];
  const refused: string[] = [];
  const told = new Set<unknown>();
  let isOver = false;
  const go = async (producer: number): Promise<void> => {
    for (let at = 0; !isOver; at += 1) {
      const id = `${producer}-${at}`;
      try {
        accepted.push(...(await produce(id)));
      } catch (error) {
        refused.push(id);
        told.add(error);
      }
      await sleep(5);
    }
  };
  const producers = [1, 2, 3].map(go);
  await sleep(1000);
  const startedAt = performance.now();
  const output = await cluster.reshard(8);
  const movedMs = Math.round(performance.now() - startedAt);
  await sleep(1000);
  isOver = true;
  await Promise.all(producers);
  // What was refused is asked for again, under the same ids.
  for (const id of refused) accepted.push(...(await produce(id)));
  const isDone = async (): Promise<boolean> => {
    const { waiting, active, blocked } = await queue.getStats();
    return waiting + active + blocked === 0;
  };
  await until(isDone, 30_000).catch(() => undefined);
  const lost = accepted.filter((id) => !runs.has(id));
  const again = [...runs.values()].filter((count) => count > 1).length;
  const leasesLost = errors.filter((error) => hasCode(error, 'JOBS_LEASE_LOST'));
  const stats = await queue.getStats();
  const ends = { lost: lost.length, again, leasesLost: leasesLost.length };
  const figures = { movedMs, refused: refused.length, ...ends, stats };
  printReport('slot moved by redis-cli', { accepted: accepted.length }, figures);
  await queue.close({ timeout: 500 });
  expect(output).not.toMatch(/ERR|exists/);
  expect(lost).toEqual([]);
  expect(stats).toMatchObject({ waiting: 0, active: 0, blocked: 0, failed: 0, delayed: BACKLOG });
  // The slot can be away for longer than a lease here: no job ran again but those whose lease was told to be lost.
  expect(again).toBeLessThanOrEqual(leasesLost.length);
  for (const error of [...errors.filter((each) => !leasesLost.includes(each)), ...told]) {
    if (isJobsError(error)) expect(error.code).toBe('JOBS_BACKEND_UNAVAILABLE');
    // A producer of BullMQ is told what ioredis says.
    else expect(String(error)).toContain('Too many Cluster redirections');
  }
  expect(String(errors)).not.toMatch(/script|redirections|TRYAGAIN/);
}

function hasCode(error: unknown, code: ErrorCode): boolean {
  return isJobsError(error) && error.code === code;
}

test('loses no job while redis-cli moves the slot of its queue, and refuses with a code meanwhile', async () => {
  const queue = await openQueue('ours');
  await reshardUnder(queue, async (id) => {
    const job = await queue.enqueue(work, {}, { jobId: id });
    return [job.id];
  });
}, 180_000);

test('loses no job of a producer of BullMQ meanwhile', async () => {
  const queue = await openQueue('raw');
  const bull = new BullQueue('raw', { connection: client as never, prefix: PREFIX });
  bull.on('error', () => undefined);
  await reshardUnder(queue, async (id) => {
    // BullMQ itself ends what it deduplicated.
    const own = id.endsWith('3') ? { deduplication: { id } } : {};
    const job = await bull.add('work', {}, { jobId: id, attempts: 1, ...own });
    return [String(job.id)];
  });
  await bull.close();
}, 180_000);

test('loses no job of a workflow meanwhile', async () => {
  const queue = await openQueue('flows');
  await reshardUnder(queue, async (id) => {
    const jobs = await queue.enqueueMany([
      { job: work, payload: {}, options: { jobId: `${id}-first` } },
      ...[1, 2].map((at) => ({
        ...{ job: work, payload: {} },
        options: { jobId: `${id}-next-${at}`, dependsOn: [`${id}-first`] },
      })),
    ]);
    return jobs.map((job) => job.id);
  });
}, 180_000);

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
