import { defineJob } from '@philjs/jobs-core';
import { RedisServer } from '@philjs/jobs-faults';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createQueue, type RedisQueue } from '../../src/redis-queue.ts';
import { openClient } from '../server/open-client.ts';
import { until } from '../server/until.ts';

let server: RedisServer;
let admin: Redis;
let queues: RedisQueue[] = [];
let names = 0;
let name: string;
let ran: number[];
beforeAll(async () => {
  server = await RedisServer.start();
  admin = openClient(server);
});
beforeEach(() => {
  name = `handed-${++names}`;
  ran = [];
});
afterEach(async () => {
  await Promise.all(queues.map((queue) => queue.close()));
  queues = [];
});
afterAll(async () => {
  admin.disconnect();
  await server.stop();
});

/** Opens a queue; those with one `enqueueTimeout` share their connections, as those of one process do. */
function open(enqueueTimeout = 30_000): RedisQueue {
  const job = defineJob({ name: 'work', handler: async (n: number) => void ran.push(n) });
  const queue = createQueue({ redis: server.url, name, jobs: [job], enqueueTimeout });
  queues.push(queue);
  return queue;
}

/** Starts a worker, has it run a job, and waits until it seems idle. */
async function startIdle(queue: RedisQueue, n: number): Promise<void> {
  await queue.process({ concurrency: 2 });
  await queue.enqueue('work', n);
  await untilIdle(queue);
}

/** Waits until the store has nothing to do and a read blocks. */
async function untilIdle(queue: RedisQueue): Promise<void> {
  await until(async () => {
    const { waiting, active } = await queue.getStats();
    return waiting + active === 0 && /cmd=bzpopmin/.test(String(await admin.client('LIST')));
  });
}

/** Counts the times a marker was set meanwhile. */
async function markersSet(action: () => Promise<unknown>): Promise<number> {
  const monitor = await admin.monitor();
  let count = 0;
  // The monitor tells of the commands in their order: what comes after the action says that it told of that.
  let isOver = false;
  monitor.on('monitor', (_time: string, [command = '', key = '']: string[]) => {
    if (command.toLowerCase() === 'zadd' && key.endsWith(`:${name}:marker`)) count += 1;
    if (command.toLowerCase() === 'echo' && key === 'over') isOver = true;
  });
  await action();
  await admin.echo('over');
  await until(() => isOver);
  monitor.disconnect();
  return count;
}

test('hands a job to an idle worker of the same process without a marker', async () => {
  const queue = open();
  await startIdle(queue, 0);
  // The worker may still be on its way to wait when a job comes.
  let added = 0;
  await until(async () => {
    await untilIdle(queue);
    return (await markersSet(() => queue.enqueue('work', ++added))) === 0;
  });
  await until(() => ran.length === added + 1);
});

test('sets a marker for the workers of other processes', async () => {
  const [producer, worker] = [open(31_000), open(30_000)];
  await startIdle(worker, 0);
  expect(await markersSet(() => producer.enqueue('work', 1))).toBeGreaterThanOrEqual(1);
  await until(() => ran.length === 2);
});

test('sets a marker for jobs that come while the worker runs others', async () => {
  const queue = open();
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const hold = defineJob({ name: 'hold', handler: () => held });
  queue.register(hold);
  await startIdle(queue, 0);
  await queue.enqueue(hold, undefined);
  await until(async () => (await queue.getStats()).active === 1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await markersSet(() => queue.enqueue('work', 1))).toBeGreaterThanOrEqual(1);
  await until(() => ran.length === 2);
  release();
});

test('runs a handed job although the server has forgotten its scripts', async () => {
  const queue = open();
  await startIdle(queue, 0);
  for (let n = 1; n <= 5; n++) {
    await admin.script('FLUSH');
    await queue.enqueue('work', n);
    await until(() => ran.length === n + 1);
    await untilIdle(queue);
  }
});

test('runs a handed job although the connection is lost while it is added', async () => {
  const queue = open();
  await startIdle(queue, 0);
  for (let n = 1; n <= 5; n++) {
    const adding = queue.enqueue('work', n);
    await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await adding;
    await until(() => ran.includes(n));
    await untilIdle(queue);
  }
});

test('runs what came to a paused queue when it is resumed', async () => {
  const queue = open();
  await startIdle(queue, 0);
  await queue.pause();
  for (let n = 1; n <= 3; n++) await queue.enqueue('work', n);
  await queue.resume();
  await until(() => ran.length === 4);
  expect(ran).toEqual([0, 1, 2, 3]);
});
