import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineJob } from '@philjs/jobs-core';
import { createTestClock } from '@philjs/jobs-testkit';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createQueue } from './create-queue.ts';
import { createQueues } from './create-queues.ts';

const job = defineJob({ name: 'greet', handler: (who: string) => `Hello, ${who}` });

function quietLogger(): {
  lines: string[];
  logger: NonNullable<Parameters<typeof createQueue>[0]>['logger'];
} {
  const lines: string[] = [];
  const write = (line: string): void => {
    lines.push(line);
  };
  return { lines, logger: { debug: write, info: write, warn: write, error: write } };
}

function stubAddresses(env: { REDIS_URL?: string; DATABASE_URL?: string }): void {
  vi.stubEnv('REDIS_URL', env.REDIS_URL);
  vi.stubEnv('DATABASE_URL', env.DATABASE_URL);
}

describe('createQueue', () => {
  test('suggests its own option for a near miss', () => {
    expect(() => createQueue({ prefx: 'shop' } as never)).toThrow(
      expect.objectContaining({ details: { field: 'createQueue.prefx', suggestion: 'prefix' } }),
    );
  });

  test('keeps jobs in memory when nothing says where a store is, and says so', async () => {
    vi.stubEnv('REDIS_URL', undefined);
    vi.stubEnv('DATABASE_URL', 'mysql://root:s3cret-word@127.0.0.1/shop');
    const { lines, logger } = quietLogger();
    const queue = createQueue({ name: 'auto', jobs: [job], logger });
    expect(queue.backend.name).toBe('memory');
    expect(lines.join()).toContain('memory');
    expect(lines.join()).not.toContain('s3cret-word');
    await queue.process();
    expect(await queue.waitFor(await queue.enqueue('greet', 'Ada'))).toBe('Hello, Ada');
    await queue.close();
  });

  test.each([
    ['REDIS_URL', 'redis://:s3cret-word@127.0.0.1:1', undefined],
    ['`redis`', undefined, 'redis://:s3cret-word@127.0.0.1:1'],
  ])('uses Redis when %s says where it is, without telling where', async (why, url, redis) => {
    vi.stubEnv('REDIS_URL', url);
    vi.stubEnv('DATABASE_URL', 'postgres://127.0.0.1:1/less-than-redis');
    const { lines, logger } = quietLogger();
    const queue = createQueue({ jobs: [job], redis, logger });
    expect(queue.backend.name).toBe('redis');
    expect(lines.join()).toContain(why);
    expect(lines.join()).not.toContain('s3cret-word');
    await queue.close({ timeout: 0 });
  });

  test.each([
    ['DATABASE_URL', { DATABASE_URL: 'postgres://me:s3cret-word@127.0.0.1:1/shop' }, undefined],
    ['DATABASE_URL', { DATABASE_URL: 'postgresql://me:s3cret-word@127.0.0.1:1/shop' }, undefined],
    ['DATABASE_URL', { DATABASE_URL: 'Postgres://me:s3cret-word@127.0.0.1:1/shop' }, undefined],
    [
      '`postgres`',
      { REDIS_URL: 'redis://127.0.0.1:1' },
      'postgres://me:s3cret-word@127.0.0.1:1/shop',
    ],
  ])(
    'uses PostgreSQL when %s says where it is, without telling where',
    async (why, env, postgres) => {
      stubAddresses(env);
      const { lines, logger } = quietLogger();
      const queue = createQueue({ jobs: [job], postgres, schema: 'own', logger });
      expect(queue.backend.name).toBe('postgres');
      expect(lines.join()).toContain(why);
      expect(lines.join()).not.toContain('s3cret-word');
      await queue.close({ timeout: 0 });
    },
  );

  test.each([
    ['DATABASE_URL', (file: string) => ({ DATABASE_URL: `sqlite:${file}` }), false],
    ['DATABASE_URL', (file: string) => ({ DATABASE_URL: `sqlite://${file}` }), false],
    ['DATABASE_URL', (file: string) => ({ DATABASE_URL: `SQLite:${file}` }), false],
    ['`path`', () => ({ REDIS_URL: 'redis://127.0.0.1:1' }), true],
  ])('uses a SQLite file when %s says where it is', async (why, env, asOption) => {
    const folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'a b.sqlite');
    stubAddresses(env(file));
    const { lines, logger } = quietLogger();
    const options = { jobs: [job], logger, ...(asOption && { path: file }) } as const;
    const queue = createQueue(options);
    expect(queue.backend.name).toBe('sqlite');
    expect(lines.join()).toContain(why);
    await queue.process();
    expect(await queue.waitFor(await queue.enqueue('greet', 'Ada'))).toBe('Hello, Ada');
    await queue.close();
    expect(existsSync(file)).toBe(true);
  });

  test('refuses two stores, without naming where they are', () => {
    const options = { redis: 'redis://:s3cret-word@127.0.0.1:1', path: './s3cret-word.sqlite' };
    expect(() => createQueue(options)).toThrow(
      expect.objectContaining({
        code: 'JOBS_INVALID_ARGUMENT',
        message: expect.not.stringContaining('s3cret-word'),
      }),
    );
  });

  test.each([
    ['REDIS_URL', 'redis://127.0.0.1:1'],
    ['DATABASE_URL', 'postgres://127.0.0.1:1/shop'],
  ])('refuses a virtual clock where %s says that jobs are real', (name, address) => {
    stubAddresses({ [name]: address });
    const { logger } = quietLogger();
    expect(() => createQueue({ jobs: [job], clock: createTestClock(), logger })).toThrow(
      expect.objectContaining({
        code: 'JOBS_NOT_SUPPORTED',
        message: expect.stringContaining('@philjs/jobs-memory'),
      }),
    );
  });

  test('refuses an option it does not know', () => {
    expect(() => createQueue({ concurency: 2 } as object)).toThrow(
      expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }),
    );
  });

  test.each([
    ['hashTag', 'jobs-redis'],
    ['driver', 'jobs-sqlite'],
    ['store', 'jobs-memory'],
    ['nonAtomicTransactions', 'jobs-memory'],
  ])('says whose option `%s` is', (name, owner) => {
    for (const call of [
      () => createQueue({ [name]: 1 }),
      () => createQueues({ mails: {} }, { [name]: 1 }),
    ]) {
      expect(call).toThrow(
        expect.objectContaining({
          code: 'JOBS_INVALID_ARGUMENT',
          message: expect.stringContaining(`@philjs/${owner}`),
        }),
      );
    }
  });

  test('says it once to a logger, however many queues are made', async () => {
    stubAddresses({});
    const { lines, logger } = quietLogger();
    const queues = ['mails', 'files'].map((name) => createQueue({ name, logger }));
    await Promise.all(queues.map((queue) => queue.close()));
    expect(lines.filter((line) => line.includes('in memory'))).toHaveLength(1);
  });
});
