import { setTimeout as sleep } from 'node:timers/promises';
import { defineJob, type IQueue } from '@philjs/jobs-core';
import { PostgresServer } from '@philjs/jobs-faults';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  createQueue,
  type MigrationWait,
  migrate,
  migrationSql,
  type PostgresQueueOptions,
} from '../src/index.ts';
import { nextVersion } from './next-version.ts';

const double = defineJob({ name: 'double', handler: async (n: number) => n * 2 });

let server: PostgresServer;
let pool: pg.Pool;
const opened: IQueue[] = [];

function open(options: PostgresQueueOptions = {}, create = createQueue): IQueue {
  const queue = create({ postgres: server.url, jobs: [double], ...options });
  opened.push(queue);
  return queue;
}

/** Begins a transaction of an application's that has read the jobs of a schema, which ends with the test. */
async function read(schema: string): Promise<pg.Client> {
  const reader = new pg.Client({ connectionString: server.url, application_name: 'reports' });
  await reader.connect();
  onTestFinished(() => reader.end());
  await reader.query(`BEGIN; SELECT count(*) FROM ${schema}.jobs`);
  return reader;
}

beforeAll(async () => {
  server = await PostgresServer.start();
  pool = new pg.Pool({ connectionString: server.url });
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((queue) => queue.close()));
});
afterAll(async () => {
  await pool.end();
  await server.stop();
});

describe('a migration that a lock keeps waiting', () => {
  it('lets others through, tells for which process it waits, and ends once that has', async () => {
    const before = open({ schema: 'waiting' });
    await before.process();
    const reader = await read('waiting');
    const pid = Number(
      (await pool.query(`SELECT pid FROM pg_stat_activity WHERE application_name = 'reports'`))
        .rows[0].pid,
    );
    const waits: (readonly MigrationWait[])[] = [];
    const migrated = (await nextVersion()).migrate({
      postgres: server.url,
      schema: 'waiting',
      onWait: (each) => waits.push(each),
    });
    migrated.catch(() => undefined);
    await expect.poll(() => waits.length).toBeGreaterThan(0);
    expect(waits[0]).toEqual([
      {
        pid,
        application: 'reports',
        sinceAt: expect.any(Number),
        query: 'BEGIN; SELECT count(*) FROM waiting.jobs',
        text: expect.stringMatching(
          /^process \d+ \(application reports, since .*\): BEGIN; SELECT count/,
        ),
      },
    ]);
    for (let n = 0; n < 5; n++) {
      expect(await before.waitFor(await before.enqueue(double, n), { timeout: 8_000 })).toBe(2 * n);
    }
    await reader.query('COMMIT');
    await migrated;
    expect((await pool.query('SELECT version FROM waiting.layout')).rows).toEqual([{ version: 2 }]);
  });

  it('gives up after its tries, says which process to end, and leaves nothing that waits', async () => {
    await pool.query(migrationSql('blocked'));
    await read('blocked');
    const next = await nextVersion();
    const error: unknown = await next
      .migrate({ postgres: server.url, schema: 'blocked', tries: 1 })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'JOBS_BACKEND_UNAVAILABLE',
      message: expect.stringMatching(
        /The tables in the schema blocked were not changed: in 1 try.* process \d+ \(application reports, since .*\): BEGIN; SELECT count.*pg_terminate_backend\(\d+\)/,
      ),
      details: { code: '55P03', waits: [expect.objectContaining({ application: 'reports' })] },
    });
    const waiting = `SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'`;
    expect((await pool.query(waiting)).rows).toEqual([]);
  });

  it('of a worker that opens lets others through, and says what it waited for', async () => {
    const before = open({ schema: 'rolling' });
    await before.process();
    const reader = await read('rolling');
    const queue = open({ schema: 'rolling' }, (await nextVersion()).createQueue);
    const starting = queue.process();
    starting.catch(() => undefined);
    await sleep(1_000);
    expect(await before.waitFor(await before.enqueue(double, 4), { timeout: 8_000 })).toBe(8);
    await expect(starting).rejects.toMatchObject({
      code: 'JOBS_BACKEND_UNAVAILABLE',
      message: expect.stringMatching(/application reports/),
    });
    await reader.query('COMMIT');
    await queue.process();
    expect((await pool.query('SELECT version FROM rolling.layout')).rows).toEqual([{ version: 2 }]);
  });
});

describe('a role that owns nothing', () => {
  it('does all that workers and producers do', async () => {
    await pool.query('CREATE ROLE "the clerk" LOGIN');
    await migrate({ postgres: server.url, schema: 'kept "shut"', grantTo: 'the clerk' });
    const url = new URL(server.url);
    url.username = 'the clerk';
    const queue = open({ postgres: url.href, schema: 'kept "shut"' });
    await queue.process();
    expect(await queue.waitFor(await queue.enqueue(double, 4))).toBe(8);
  });

  it.each([
    ['makes no tables', 'bare', 'CREATE SCHEMA bare'],
    ['uses no tables without grants', 'ungranted', migrationSql('ungranted')],
  ])('%s, and is told what to run', async (_what, schema, sql) => {
    await pool.query(`CREATE ROLE ${schema} LOGIN; ${sql}`);
    const url = new URL(server.url);
    url.username = schema;
    await expect(open({ postgres: url.href, schema }).getStats()).rejects.toMatchObject({
      code: 'JOBS_BACKEND_UNAVAILABLE',
      message: expect.stringContaining(
        `philjs-jobs migrate --schema ${schema} --grant-to ${schema}`,
      ),
      details: { code: '42501' },
    });
  });

  it('is refused by name where there is none', async () => {
    const asked = migrate({ postgres: server.url, schema: 'nobodys', grantTo: 'nobody known' });
    await expect(asked).rejects.toMatchObject({
      code: 'JOBS_INVALID_ARGUMENT',
      details: { field: 'grantTo' },
    });
  });
});

describe.each([
  ['table "jobs"', 'CREATE TABLE jobs (title text)'],
  ['table "layout"', 'CREATE TABLE layout (html text)'],
  ['function "now_ms"', `CREATE FUNCTION now_ms() RETURNS int LANGUAGE sql AS 'SELECT 1'`],
  ['index "jobs_by_tag"', 'CREATE TABLE work (tag text); CREATE INDEX jobs_by_tag ON work (tag)'],
])('a schema with a %s of an application', (what, sql) => {
  it('is refused by its name, and stays as it is', async () => {
    const schema = what.replaceAll(/\W+/g, '_');
    await pool.query(
      `CREATE SCHEMA ${schema}; SET search_path TO ${schema}; ${sql}; RESET search_path`,
    );
    const refused = { code: 'JOBS_CONFLICT', message: expect.stringContaining(what) };
    await expect(open({ schema }).getStats()).rejects.toMatchObject(refused);
    await expect(pool.query(migrationSql(schema))).rejects.toThrow(what);
    await pool.query('ROLLBACK');
    const { rows } = await pool.query(
      `SELECT count(*)::int AS relations FROM pg_class WHERE relnamespace = '${schema}'::regnamespace`,
    );
    expect(rows).toEqual([
      { relations: what.startsWith('function') ? 0 : what.startsWith('index') ? 2 : 1 },
    ]);
  });
});
