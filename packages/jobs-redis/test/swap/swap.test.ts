import { readFileSync } from 'node:fs';
import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Account } from './on-redis.ts';

let server: RedisServer;
let onMemory: Account;
let onRedis: Account;
beforeAll(async () => {
  server = await RedisServer.start();
  vi.stubEnv('REDIS_URL', server.url);
  onMemory = await (await import('./on-memory.ts')).run();
  onRedis = await (await import('./on-redis.ts')).run();
});
afterAll(() => server.stop());

test('is the same program but for the import', () => {
  const [memory, redis] = ['on-memory.ts', 'on-redis.ts'].map((file) =>
    readFileSync(new URL(file, import.meta.url), 'utf8').split('\n'),
  ) as [string[], string[]];
  expect(memory).toHaveLength(redis.length);
  expect(memory.filter((line, index) => line !== redis[index])).toEqual([
    "import { createQueue } from '@philjs/jobs-memory';",
  ]);
});

test.each(['results', 'errors', 'refusals'] as const)('gives the same %s', (what) => {
  expect(onRedis[what]).toEqual(onMemory[what]);
});

test('tells of the same events, in the same order for each job', () => {
  expect(onRedis.events).toEqual(onMemory.events);
});
