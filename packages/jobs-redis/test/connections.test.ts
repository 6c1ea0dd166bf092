import { defineJob } from '@philjs/jobs-core';
import { RedisServer } from '@philjs/jobs-faults';
import type { Redis, RedisOptions } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { RedisQueue } from '../src/redis-queue.ts';
import { createQueue, createQueues } from '../src/redis-queue.ts';
import { openClient } from './server/open-client.ts';
import { until } from './server/until.ts';

const job = defineJob({ name: 'work', handler: async (n: number) => n });

let server: RedisServer;
let admin: Redis;
const queues: RedisQueue[] = [];
beforeAll(async () => {
  server = await RedisServer.start();
  admin = openClient(server);
});
afterEach(async () => {
  await Promise.all(queues.splice(0).map((queue) => queue.close()));
});
afterAll(async () => {
  admin.disconnect();
  await server.stop();
});

function open(name: string): RedisQueue {
  const queue = createQueue({ redis: server.url, name, jobs: [job] });
  queues.push(queue);
  return queue;
}

async function inTens<T>(items: readonly T[], act: (item: T) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < items.length; from += 10) {
    await Promise.all(items.slice(from, from + 10).map(act));
  }
}

/** Counts connections by what they are for, and whose they are, as `CLIENT LIST` shows them. */
async function connections(): Promise<Record<string, number>> {
  const list = String(await admin.client('LIST'));
  const found: Record<string, number> = {};
  for (const [, owner = '', role = ''] of list.matchAll(/ name=philjs-jobs:(\S+?):(\w+):\S+ /g)) {
    const kind = owner === 'shared' ? role : `own ${role}`;
    found[kind] = (found[kind] ?? 0) + 1;
  }
  return found;
}

async function untilConnected(wanted: Record<string, number>): Promise<void> {
  await until(async () => JSON.stringify(await connections()) === JSON.stringify(wanted));
}

test('opens one connection to enqueue, three to work, one more to listen, and closes all', async () => {
  const queue = open('roles');
  await queue.enqueue(job, 1);
  expect(await connections()).toEqual({ commands: 1 });
  await queue.process();
  await expect.poll(connections).toEqual({ commands: 1, subscriber: 1, blocking: 1 });
  queue.on('completed', () => undefined);
  await until(async () => (await connections())['blocking'] === 2);
  await queue.stop();
  await until(async () => !('subscriber' in (await connections())));
  await queue.close();
  await untilConnected({});
});

test('holds four connections for five hundred workers that listen, and wakes each of them', async () => {
  const many = Array.from({ length: 500 }, (_, i) => open(`shared-${i}`));
  const ended = new Set<string>();
  await inTens(many, async (queue) => {
    queue.on('completed', () => ended.add(queue.name));
    await queue.process();
  });
  await expect.poll(connections).toEqual({ commands: 1, subscriber: 1, blocking: 2 });
  const [first, ...others] = many as [RedisQueue, ...RedisQueue[]];
  await first.close();
  await inTens(others, (queue) => queue.enqueue(job, 7));
  await until(async () => ended.size === others.length);
  // One after the other, while all others are idle.
  for (const queue of others.slice(0, 20)) {
    ended.clear();
    const { id } = await queue.enqueue(job, 8);
    await until(async () => (await queue.getJob(id))?.status === 'completed');
    await until(async () => ended.has(queue.name));
  }
  await inTens(others, (queue) => queue.close());
  await untilConnected({});
});

test('holds as many connections for many queues of `createQueues` as for one', async () => {
  const names = Array.from({ length: 30 }, (_, i) => `of-many-${i}`);
  const parts = Object.fromEntries(names.map((name) => [name, { jobs: [job] }]));
  const all = createQueues(parts, { redis: server.url });
  const ended = new Set<string>();
  all.on('completed', ({ queueName }) => ended.add(queueName));
  await all.process();
  await expect.poll(connections).toEqual({ commands: 1, subscriber: 1, blocking: 2 });
  for (const queue of all) await queue.enqueue(job, 1);
  await until(async () => ended.size === names.length);
  await all.close();
  await untilConnected({});
});

test('holds as many for many queues where functions and objects are among the options', async () => {
  const names = Array.from({ length: 10 }, (_, i) => `of-functions-${i}`);
  const parts = Object.fromEntries(names.map((name) => [name, { jobs: [job] }]));
  const reconnectOnError = () => false;
  const open = (scripts: NonNullable<RedisOptions['scripts']>) =>
    createQueues(parts, { redis: { port: server.port, reconnectOnError, scripts } });
  const all = open({ one: { lua: 'return 1' } });
  const alike = open({ one: { lua: 'return 1' } });
  await Promise.all([all.process(), alike.process()]);
  await expect.poll(connections).toEqual({ commands: 1, subscriber: 1, blocking: 1 });
  // Other options have connections of their own.
  const other = open({ one: { lua: 'return 2' } });
  await other.process();
  await expect.poll(connections).toEqual({ commands: 2, subscriber: 2, blocking: 2 });
  await Promise.all([all, alike, other].map((queues) => queues.close()));
  await untilConnected({});
});

test('puts a marker back that arrives for a worker that has stopped', async () => {
  const [stopped, other] = [open('stopped'), open('other')];
  await Promise.all([stopped.process(), other.process()]);
  await stopped.stop();
  // The read that began before is answered for the stopped worker as well.
  await stopped.enqueue(job, 1);
  const marker = '{philjs}:stopped:marker';
  await until(async () => (await admin.zcard(marker)) === 1);
  const again = open('stopped');
  await again.process();
  await until(async () => (await again.getStats()).completed === 1);
});

test('wakes a queue that joins a read where no client may end the reads of others', async () => {
  await admin.call(
    'ACL',
    'SETUSER',
    'plain',
    'on',
    '>word',
    '~*',
    '&*',
    '+@all',
    '-client|unblock',
  );
  const redis = { host: '127.0.0.1', port: server.port, username: 'plain', password: 'word' };
  const [first, second] = [
    createQueue({ redis, name: 'ruled-1', jobs: [job] }),
    createQueue({ redis, name: 'ruled-2', jobs: [job] }),
  ];
  queues.push(first, second);
  await first.process();
  await new Promise((resolve) => setTimeout(resolve, 200));
  await second.process();
  await new Promise((resolve) => setTimeout(resolve, 500));
  const { id } = await second.enqueue(job, 1);
  // Sooner than by itself: a read lasts for five seconds.
  await until(async () => (await second.getJob(id))?.status === 'completed', 4000);
});

test('asks the server for little when idle', async () => {
  const queue = open('idle');
  await queue.process();
  await queue.enqueue(job, 1);
  await until(async () => (await queue.getStats()).completed === 1);
  // What the job left behind, such as its metrics, is written by then.
  await until(async () => (await admin.zcard('{philjs}:idle:pj:minutes')) > 0);
  await new Promise((resolve) => setTimeout(resolve, 2000));
  await admin.config('RESETSTAT');
  const resetAt = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  const stats = await admin.info('commandstats');
  const seconds = (performance.now() - resetAt) / 1000;
  const calls = [...stats.matchAll(/cmdstat_([^:]+):calls=(\d+)/g)]
    .filter(([, command = '']) => !/^(config|info|client)/.test(command))
    .map(([, command = '', count]) => [command, Number(count)] as const);
  const total = calls.reduce((sum, [, count]) => sum + count, 0);
  expect(total / seconds, JSON.stringify(calls)).toBeLessThanOrEqual(1);
});

test('tells an operator how the server is', async () => {
  const queue = open('doctor');
  await queue.getStats();
  const found = await queue.backend.diagnostics?.examine();
  expect(found?.map(({ check, ok }) => [check, ok])).toEqual([
    ['version', true],
    ['eviction policy', true],
    ['persistence', false],
    ['clock', true],
  ]);
});

test('takes options in which an environment left TLS out as null', async () => {
  const redis = { host: '127.0.0.1', port: server.port, tls: null as never };
  const queue = createQueue({ redis, name: 'no-tls', jobs: [job] });
  queues.push(queue);
  expect(await queue.getStats()).toMatchObject({ total: 0 });
});
