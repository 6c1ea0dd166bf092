import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PostgresServer, RedisServer } from '@philjs/jobs-faults';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createQueue, type Queue } from '../src/index.ts';
import { type CliAnswer, callCli, makeProject } from './cli-trial.ts';

const CONFIG = `
import { createQueue, defineConfig, defineJob } from '@philjs/jobs';
const greet = defineJob({ name: 'greet', handler: (payload: { name: string }) => 'Hello, ' + payload.name });
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
export default defineConfig({
  queues: [createQueue({ name: 'default', jobs: [greet], logger: quiet })],
  schedules: async (scheduler) => { await scheduler.schedule(greet, { cron: '0 9 * * *', payload: { name: 'all' } }); },
});
`;

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

let server: PostgresServer;
let files: string;

beforeAll(async () => {
  server = await PostgresServer.start();
  files = mkdtempSync(join(tmpdir(), 'philjs-jobs-'));
});
afterAll(async () => {
  await server.stop();
  rmSync(files, { recursive: true });
});

describe.each([
  ['postgres', (): string => server.url],
  ['sqlite', (): string => `sqlite:${join(files, 'jobs.sqlite')}`],
])('philjs-jobs with the DATABASE_URL of %s', (name, urlOf) => {
  async function inProject(...args: string[]): Promise<CliAnswer> {
    const cwd = await makeProject();
    writeFileSync(join(cwd, 'jobs.config.ts'), CONFIG);
    return callCli(['--json', ...args], { cwd, databaseUrl: urlOf() });
  }

  test('stores in one process what another runs, schedules included', async () => {
    await inProject('enqueue', 'greet', '--data', '{"name":"Ada"}', '--id', 'one');
    expect(await inProject('work', '--once')).toMatchObject({ code: 0 });
    expect(json(await inProject('show', 'one'))).toMatchObject({
      status: 'completed',
      result: 'Hello, Ada',
    });
    expect(json(await inProject('schedules', 'list'))).toMatchObject([{ cron: '0 9 * * *' }]);
    expect(json(await inProject('doctor'))).toContainEqual(
      expect.objectContaining({ check: 'store', ok: true, found: expect.stringContaining(name) }),
    );
  });

  test('works on the store alone where there is no configuration', async () => {
    const answer = await callCli(['--json', 'stats'], { cwd: files, databaseUrl: urlOf() });
    expect(json(answer)).toMatchObject([{ queue: 'default', completed: 1 }]);
  });

  test('takes --database over both variables', async () => {
    const settings = {
      cwd: files,
      redisUrl: 'redis://127.0.0.1:1',
      databaseUrl: 'sqlite:/no/file',
    };
    const answer = await callCli(['--json', '--database', urlOf(), 'stats'], settings);
    expect(json(answer)).toMatchObject([{ queue: 'default', completed: 1 }]);
  });
});

describe('philjs-jobs migrate', () => {
  const queueIn = (schema: string): Queue =>
    createQueue({ postgres: server.url, schema, migrate: false, logger: quiet });

  test('prints SQL that makes the tables, for a queue that makes none', async () => {
    const { code, stdout } = await callCli(['migrate', '--print', '--schema', 'own'], {
      cwd: files,
    });
    expect(code).toBe(0);
    const early = queueIn('own');
    await expect(early.isPaused()).rejects.toMatchObject({ code: 'JOBS_BACKEND_UNAVAILABLE' });
    await early.close();
    const client = new pg.Client(server.url);
    await client.connect();
    await client.query(stdout);
    await client.end();
    const queue = queueIn('own');
    onTestFinished(() => queue.close());
    expect(await queue.isPaused()).toBe(false);
  });

  test('makes the tables, and leaves those that are there', async () => {
    const settings = { cwd: files, redisUrl: 'redis://127.0.0.1:1', databaseUrl: server.url };
    for (const _ of ['made', 'left']) {
      const answer = await callCli(['--json', 'migrate', '--schema', 'made'], settings);
      expect(json(answer)).toEqual({ schema: 'made', migrated: true });
    }
    const queue = queueIn('made');
    onTestFinished(() => queue.close());
    expect(await queue.isPaused()).toBe(false);
  });

  test('prints SQL for the version that is there, which refuses another', async () => {
    const flags = ['migrate', '--print', '--schema', 'there'];
    const client = new pg.Client(server.url);
    await client.connect();
    onTestFinished(() => client.end());
    await client.query((await callCli(flags, { cwd: files })).stdout);
    const { stdout } = await callCli([...flags, '--from', '1'], { cwd: files });
    await client.query(stdout);
    const queue = queueIn('there');
    onTestFinished(() => queue.close());
    expect(await queue.isPaused()).toBe(false);
    await client.query('UPDATE there.layout SET version = 2');
    await expect(client.query(stdout)).rejects.toThrow(/version 2.* 1/);
  });

  test('prints and grants what a role needs that owns nothing', async () => {
    const client = new pg.Client(server.url);
    await client.connect();
    onTestFinished(() => client.end());
    await client.query('CREATE ROLE clerk LOGIN');
    const url = new URL(server.url);
    url.username = 'clerk';
    const settings = { cwd: files, databaseUrl: server.url };
    for (const schema of ['granted', 'printed']) {
      const flags = ['migrate', '--schema', schema, '--grant-to', 'clerk'];
      const print = schema === 'printed' ? ['--print'] : [];
      const { code, stdout } = await callCli([...flags, ...print], settings);
      expect(code).toBe(0);
      if (schema === 'printed') await client.query(stdout);
      const queue = createQueue({ postgres: url.href, schema, logger: quiet });
      onTestFinished(() => queue.close());
      expect(await queue.isPaused()).toBe(false);
    }
  });

  test('says which process it waits for, and tries again until that is gone', async () => {
    const holder = new pg.Client({ connectionString: server.url, application_name: 'by hand' });
    await holder.connect();
    onTestFinished(() => holder.end());
    const lock = `hashtextextended('philjs-jobs migrations', 0)`;
    await holder.query(`SELECT pg_advisory_lock(${lock}) /* ${'x'.repeat(300)} */`);
    const settings = { cwd: files, databaseUrl: server.url };
    const flags = ['migrate', '--schema', 'later'];
    const { code, stderr } = await callCli([...flags, '--tries', '1'], settings);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /It waits for process \d+ \(application by hand, .*\): SELECT pg_advisory_lock.*\n.*pg_terminate_backend/,
    );
    const migrated = callCli(flags, settings);
    setTimeout(() => holder.query(`SELECT pg_advisory_unlock(${lock})`), 3_000);
    expect(await migrated).toMatchObject({ code: 0 });
  });

  test.each([
    ['--print', '--from', '1000'],
    ['--print', '--tries', '2'],
    ['--from', '1'],
    ['--tries', '0'],
    ['--grant-to', ''],
  ])('refuses %s %s', async (...flags) => {
    const { code } = await callCli(['migrate', ...flags], { cwd: files, databaseUrl: server.url });
    expect(code).toBe(2);
  });

  test.each(['', 'sqlite:./jobs.sqlite'])('refuses a DATABASE_URL of %o', async (databaseUrl) => {
    const { code } = await callCli(['migrate'], { cwd: files, databaseUrl });
    expect(code).toBe(2);
  });
});

test('takes REDIS_URL over DATABASE_URL', async () => {
  const redis = await RedisServer.start();
  try {
    const settings = {
      cwd: files,
      redisUrl: redis.url,
      databaseUrl: 'sqlite:/no/such/folder/file',
    };
    expect(json(await callCli(['--json', 'stats'], settings))).toMatchObject([{ total: 0 }]);
  } finally {
    await redis.stop();
  }
});

test.each([
  [
    'two stores',
    ['--redis', 'redis://:s3cret-word@127.0.0.1', '--database', 'sqlite:./s3cret-word'],
  ],
  ['an address of neither database', ['--database', 'mysql://me:s3cret-word@127.0.0.1/shop']],
  ['an address that is not of Redis', ['--redis', 'https://me:s3cret-word@127.0.0.1']],
  ['an empty address of Redis', ['--redis', '']],
])('refuses %s as called wrongly, without printing an address', async (_, flags) => {
  const { code, stderr } = await callCli([...flags, 'stats'], { cwd: files });
  expect(code).toBe(2);
  expect(stderr).toContain(String(flags[0]));
  expect(stderr).not.toContain('s3cret-word');
});

test('prints no password when the database cannot be reached', async () => {
  const databaseUrl = 'postgres://me:s3cret-word@127.0.0.1:1/shop';
  const { code, stdout, stderr } = await callCli(['stats'], { cwd: files, databaseUrl });
  expect(code).toBe(1);
  expect(stderr).toContain('DATABASE_URL');
  expect(stdout + stderr).not.toContain('s3cret-word');
});

function json({ code, stdout, stderr }: CliAnswer): unknown {
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return JSON.parse(stdout);
}
