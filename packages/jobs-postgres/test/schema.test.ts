import { defineJob, type IQueue } from '@philjs/jobs-core';
import { PostgresServer } from '@philjs/jobs-faults';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createQueue, migrationSql, type PostgresQueueOptions } from '../src/index.ts';
import { nextVersion } from './next-version.ts';

const double = defineJob({ name: 'double', handler: async (n: number) => n * 2 });
const away = { code: 'JOBS_BACKEND_UNAVAILABLE' };

let server: PostgresServer;
let pool: pg.Pool;
const opened: IQueue[] = [];

function open(options: PostgresQueueOptions = {}): IQueue {
  const queue = createQueue({ postgres: server.url, jobs: [double], ...options });
  opened.push(queue);
  return queue;
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

it('makes its tables once, however many processes start at once', async () => {
  const schema = 'started "at" once';
  const pools = Array.from({ length: 5 }, () => new pg.Pool({ connectionString: server.url }));
  const queues = pools.map((postgres) => open({ postgres, schema }));
  await Promise.all(queues.map((queue) => queue.enqueue(double, 1)));
  expect(await queues[0]?.getStats()).toMatchObject({ waiting: 5 });
  await Promise.all(opened.splice(0).map((queue) => queue.close()));
  await Promise.all(pools.map((each) => each.end()));
});

it.each(['a$$b', 'a$philjs$b', "a'b", 'UPPER ?', '@.'])('runs in the schema %s', async (schema) => {
  const queue = open({ schema, name: schema });
  await queue.process();
  expect(await queue.waitFor(await queue.enqueue(double, 2))).toBe(4);
  expect(await queue.getStats()).toMatchObject({ completed: 1 });
});

it('keeps schemas and names apart', async () => {
  await open({ schema: 'one' }).enqueue(double, 1);
  await open({ schema: 'one', name: 'other' }).enqueue(double, 1);
  expect(await open({ schema: 'two' }).getStats()).toMatchObject({ total: 0 });
  expect(await open({ schema: 'one' }).getStats()).toMatchObject({ waiting: 1 });
});

it('changes nothing with `migrate: false`, and runs on what `migrationSql` made', async () => {
  await expect(open({ schema: 'own', migrate: false }).getStats()).rejects.toMatchObject(away);
  await pool.query(migrationSql('own'));
  const queue = open({ schema: 'own', migrate: false });
  await queue.process();
  expect(await queue.waitFor(await queue.enqueue(double, 4))).toBe(8);
});

it('needs no superuser and no extension', async () => {
  await pool.query(`CREATE ROLE clerk LOGIN; CREATE SCHEMA desk AUTHORIZATION clerk`);
  const url = new URL(server.url);
  url.username = 'clerk';
  const queue = open({ postgres: url.href, schema: 'desk' });
  await queue.process();
  expect(await queue.waitFor(await queue.enqueue(double, 4))).toBe(8);
});

it('brings a schema up to date by a step that was added, and keeps its jobs', async () => {
  const before = open({ schema: 'grown' });
  const { id } = await before.enqueue(double, 4);
  await before.close();
  const queue = (await nextVersion()).createQueue({
    postgres: server.url,
    jobs: [double],
    schema: 'grown',
  });
  opened.push(queue);
  await queue.process();
  expect(await queue.waitFor(id)).toBe(8);
  expect((await pool.query('SELECT version, note FROM grown.layout, grown.notes')).rows).toEqual([
    { version: 2, note: 'made' },
  ]);
  await expect(open({ schema: 'grown' }).getStats()).rejects.toMatchObject(away);
});

it('names the SQL that brings a schema up to date, which then is', async () => {
  await pool.query(migrationSql('stepped'));
  const next = await nextVersion();
  const options = { postgres: server.url, schema: 'stepped', migrate: false } as const;
  const early = next.createQueue(options);
  opened.push(early);
  await expect(early.getStats()).rejects.toMatchObject({
    ...away,
    message: expect.stringContaining('--schema stepped --from 1'),
  });
  await pool.query(next.migrationSql('stepped', 1));
  const queue = next.createQueue(options);
  opened.push(queue);
  expect(await queue.getStats()).toMatchObject({ total: 0 });
});

it('runs each job once while a worker of the next version replaces one of this', async () => {
  const runs: number[] = [];
  const note = defineJob({ name: 'note', handler: async (n: number) => void runs.push(n) });
  const postgres = new pg.Pool({ connectionString: server.url });
  const options = { schema: 'rolling', jobs: [note], concurrency: 5 } as const;
  const old = open({ ...options, postgres });
  await old.process();
  const numbers = Array.from({ length: 400 }, (_, n) => n);
  const producing = (async () => {
    for (const n of numbers) await old.enqueue(note, n);
  })();
  await expect.poll(() => runs.length).toBeGreaterThan(50);
  const queue = (await nextVersion()).createQueue({ ...options, postgres: server.url });
  opened.push(queue);
  await queue.process();
  await producing;
  await old.close();
  await expect.poll(async () => (await queue.getStats()).completed).toBe(numbers.length);
  expect(runs.sort((a, b) => a - b)).toEqual(numbers);
  await postgres.end();
});

it('waits for a worker that ends jobs and starts others before it changes their table', async () => {
  await open({ schema: 'beside' }).enqueue(double, 1);
  const worker = await pool.connect();
  try {
    await worker.query('BEGIN; UPDATE beside.jobs SET payload = payload');
    const migrated = pool.query((await nextVersion()).migrationSql('beside', 1));
    migrated.catch(() => undefined);
    const waits = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%beside%'`;
    await expect.poll(async () => (await pool.query(waits)).rowCount).toBeGreaterThan(0);
    await worker.query('SELECT beside.lock_limits(queue) FROM beside.queues; COMMIT');
    await migrated;
    const { rows } = await pool.query('SELECT version FROM beside.layout');
    expect(rows).toEqual([{ version: 2 }]);
  } finally {
    worker.release(true);
  }
});

it.each([
  ['had more steps', 'ALTER TABLE layout DROP COLUMN fingerprint; UPDATE layout SET version = 58'],
  ['was made by the step before an edit', `UPDATE layout SET fingerprint = 'other'`],
])('refuses a schema from before the first release that %s', async (what, change) => {
  const schema = what.replaceAll(' ', '_');
  await pool.query(
    `${migrationSql(schema)} SET search_path TO ${schema}; ${change}; RESET search_path`,
  );
  const outdated = {
    code: 'JOBS_SCHEMA_OUTDATED',
    message: expect.stringContaining(`DROP SCHEMA "${schema}" CASCADE`),
  };
  await expect(open({ schema }).getStats()).rejects.toMatchObject(outdated);
  await expect(open({ schema, migrate: false }).process()).rejects.toMatchObject(outdated);
  await pool.query(`DROP SCHEMA ${schema} CASCADE`);
  expect(await open({ schema }).getStats()).toMatchObject({ total: 0 });
});

it('refuses a schema whose earlier version other steps made', async () => {
  await pool.query(`${migrationSql('edited')} UPDATE edited.layout SET fingerprint = 'other'`);
  const queue = (await nextVersion()).createQueue({ postgres: server.url, schema: 'edited' });
  opened.push(queue);
  await expect(queue.getStats()).rejects.toMatchObject({ code: 'JOBS_SCHEMA_OUTDATED' });
});

it('refuses a schema of a later version', async () => {
  await open({ schema: 'later' }).getStats();
  await pool.query('UPDATE later.layout SET version = 99');
  await expect(open({ schema: 'later' }).getStats()).rejects.toMatchObject(away);
});

it('makes no later tables those of an earlier version again', async () => {
  await open({ schema: 'forward' }).getStats();
  const { rows } = await pool.query('UPDATE forward.layout SET version = 99 RETURNING version');
  const client = await pool.connect();
  await expect(client.query(migrationSql('forward', 1))).rejects.toThrow(/version 99.* 1/);
  client.release(true);
  expect((await pool.query('SELECT version FROM forward.layout')).rows).toEqual(rows);
});

it('works without LISTEN, by looking', async () => {
  const queue = open({ schema: 'pooled', listen: false });
  expect(await queue.getStats()).toMatchObject({ total: 0 });
  await queue.process();
  const other = open({ schema: 'pooled', listen: false });
  expect(await other.waitFor(await other.enqueue(double, 5))).toBe(10);
});

it('takes a pool of the user and leaves it open', async () => {
  const queue = open({ postgres: pool, schema: 'lent' });
  await queue.process();
  expect(await queue.waitFor(await queue.enqueue(double, 6))).toBe(12);
  await queue.close();
  expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});
