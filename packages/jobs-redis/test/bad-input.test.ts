import { inspect } from 'node:util';
import { createFaultProxy, RedisServer } from '@philjs/jobs-faults';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createQueue } from '../src/redis-queue.ts';
import { openClient } from './server/open-client.ts';
import { recordingLogger } from './server/recording-logger.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
  const admin = openClient(server);
  await admin.config('SET', 'requirepass', 'correct-horse');
  admin.disconnect();
});
afterAll(() => server.stop());

test.each([
  [{ redis: 'http://127.0.0.1:6379' }, 'redis'],
  [{ redis: 'redis://127.0.0.1:70000' }, 'redis'],
  [{ redis: { port: 70_000 } }, 'redis.port'],
  [{ redis: { keyPrefix: 'p' } }, 'redis.keyPrefix'],
  [{ name: 'a:b' }, 'name'],
  [{ name: '{a}' }, 'name'],
  [{ prefix: '' }, 'prefix'],
  [{ hashTag: 1 }, 'hashTag'],
  [{ enqueueTimeout: 0 }, 'enqueueTimeout'],
  [{ maxEvents: 1.5 }, 'maxEvents'],
  [{ redisUrl: 'redis://127.0.0.1' }, 'createQueue.redisUrl'],
  [{ backend: () => undefined }, 'backend'],
])('refuses %j before any connection, naming the field', (options, field) => {
  expect(() => createQueue(options as never)).toThrow(
    expect.objectContaining({
      code: 'JOBS_INVALID_ARGUMENT',
      details: expect.objectContaining({ field }),
    }),
  );
});

test('suggests its own option for a near miss', () => {
  expect(() => createQueue({ hashtags: false } as never)).toThrow(
    expect.objectContaining({ details: { field: 'createQueue.hashtags', suggestion: 'hashTag' } }),
  );
});

test('takes every option as undefined', async () => {
  const queue = createQueue({
    redis: undefined,
    prefix: undefined,
    hashTag: undefined,
    enqueueTimeout: undefined,
    maxEvents: undefined,
  });
  await queue.close();
});

test('says that the password is wrong, and never which', async () => {
  const logger = recordingLogger();
  const errors: unknown[] = [];
  const url = `redis://:hunter2@127.0.0.1:${server.port}`;
  const queue = createQueue({ redis: url, logger, unknownJobs: 'accept' });
  queue.on('error', ({ error }) => errors.push(error));
  const refusal = await queue.enqueue('any' as never, {} as never).catch((error: unknown) => error);
  await queue.close();
  expect(refusal).toMatchObject({ code: 'JOBS_BACKEND_UNAVAILABLE' });
  expect(String((refusal as Error).message)).toMatch(/password/);
  const shown = inspect([refusal, errors, logger.lines, queue], { depth: 12, showHidden: true });
  expect(shown).not.toContain('hunter2');
});

test('says that a port does not speak TLS, and never the password', async () => {
  const url = `rediss://:hunter2@127.0.0.1:${server.port}`;
  const queue = createQueue({ redis: url, unknownJobs: 'accept' });
  const refusal = await queue.enqueue('any' as never, {} as never).catch((error: unknown) => error);
  await queue.close();
  expect(refusal).toMatchObject({ code: 'JOBS_BACKEND_UNAVAILABLE' });
  expect(String((refusal as Error).message)).toContain('redis://');
  expect(inspect(refusal, { depth: 12, showHidden: true })).not.toContain('hunter2');
});

test('takes the right password from a URL, from options and from a client', async () => {
  const client = new Redis(server.port, '127.0.0.1', { password: 'correct-horse' });
  const addresses = [
    `redis://:correct-horse@127.0.0.1:${server.port}`,
    { port: server.port, password: 'correct-horse' },
    client,
  ];
  for (const redis of addresses) {
    const queue = createQueue({ redis });
    expect((await queue.getStats()).total).toBe(0);
    await queue.close();
  }
  expect(await client.ping()).toBe('PONG');
  client.disconnect();
});

test('refuses a server that is too old', async () => {
  const old = await RedisServer.start();
  const proxy = await createFaultProxy({ target: { port: old.port }, protocol: 'resp' });
  const info = 'redis_version:5.0.14\r\nloading:0\r\n';
  proxy.intercept({
    command: 'info',
    answer: { raw: `$${info.length}\r\n${info}\r\n` },
    times: 100,
  });
  const queue = createQueue({ redis: `redis://127.0.0.1:${proxy.port}` });
  await expect(queue.getStats()).rejects.toMatchObject({ code: 'JOBS_NOT_SUPPORTED' });
  await queue.close();
  await proxy.close();
  await old.stop();
});
