import { defineJob } from '@philjs/jobs-core';
import { RedisServer } from '@philjs/jobs-faults';
import { Queue as BullQueue } from 'bullmq';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { RedisQueue } from '../../src/redis-queue.ts';
import { createQueue } from '../../src/redis-queue.ts';
import { openClient } from '../server/open-client.ts';

// The waiting jobs that BullMQ adds are in lists, in which finding one takes the longer the more there are.
const JOBS = 3000;
/** The time that a busy machine needs for them. */
const BUSY_MS = 30_000;
const other = defineJob({ name: 'other', handler: async () => undefined });

let server: RedisServer;
let client: Redis;
let queue: RedisQueue;
let bull: BullQueue;
let ids: string[];
beforeAll(async () => {
  server = await RedisServer.start();
  client = openClient(server);
});
afterAll(async () => {
  client.disconnect();
  await server.stop();
});
beforeEach(async () => {
  await client.flushall();
  queue = createQueue({ redis: server.url, prefix: 'bull', hashTag: false, jobs: [other] });
  bull = new BullQueue(queue.name, { connection: client });
  const jobs = await bull.addBulk(
    Array.from({ length: JOBS }, (_, n) => ({ name: n % 100 === 0 ? 'rare' : 'usual', data: n })),
  );
  ids = jobs.map(({ id = '' }) => id);
});
afterEach(async () => {
  await queue.close();
  await bull.close();
});

test(
  'tells how many jobs go before one that BullMQ added',
  async () => {
    const ours = await queue.enqueue(other);
    for (const [id, ahead] of [
      [ids[0], 0],
      [ids[1], 1],
      [ids[20], 20],
      [ids[JOBS - 1], 1000],
      [ours.id, 1000],
    ] as const) {
      expect((await queue.explain(id ?? '')).place).toMatchObject({ ahead });
    }
  },
  BUSY_MS,
);

test(
  'removes jobs from anywhere in a long list, and leaves the others in order',
  async () => {
    const doomed = ids.filter((_, n) => n < 500 || n % 7 === 0 || n > 2500);
    for (const n of [0, 1500, JOBS - 1]) {
      expect(await queue.getJob(ids[n] ?? '')).toMatchObject({ status: 'waiting', payload: n });
    }
    expect(await queue.removeJobs({ ids: [...doomed, 'none'] })).toBe(doomed.length);
    const left = ids.filter((id) => !doomed.includes(id));
    expect((await client.lrange(`bull:${queue.name}:wait`, 0, -1)).reverse()).toEqual(left);
    expect((await queue.getStats()).waiting).toBe(left.length);
  },
  BUSY_MS,
);

test(
  'finds the few jobs of a name among many, page by page',
  async () => {
    const found: unknown[] = [];
    for (let cursor: string | undefined, first = true; first || cursor; first = false) {
      const page = await queue.getJobs({
        status: 'waiting',
        name: 'rare',
        order: 'oldest',
        limit: 7,
        cursor,
      });
      found.push(...page.jobs.map(({ payload }) => payload));
      cursor = page.cursor;
    }
    expect(found).toEqual(Array.from({ length: JOBS / 100 }, (_, n) => n * 100));
  },
  BUSY_MS,
);

test(
  'resumes a queue that BullMQ before version 5 paused, whose jobs are in another list',
  async () => {
    await client.rename(`bull:${queue.name}:wait`, `bull:${queue.name}:paused`);
    await client.hset(`bull:${queue.name}:meta`, 'paused', 1);
    expect(await queue.isPaused()).toBe(true);
    await queue.resume();
    expect((await client.lrange(`bull:${queue.name}:wait`, 0, -1)).reverse()).toEqual(ids);
    expect(await queue.isPaused()).toBe(false);
  },
  BUSY_MS,
);
