import { PGlite } from '@electric-sql/pglite';
import { defineJob } from '@philjs/jobs-core';
import { PostgresServer } from '@philjs/jobs-faults';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, expectTypeOf, onTestFinished, test } from 'vitest';
import { createQueue, type PostgresQueueOptions, type PostgresTransaction } from '../src/index.ts';

let server: PostgresServer;
let pool: pg.Pool;

beforeAll(async () => {
  server = await PostgresServer.start();
  pool = new pg.Pool({ connectionString: server.url });
  await pool.query('CREATE TABLE orders (id text PRIMARY KEY, shipped boolean DEFAULT false)');
  await pool.query(
    'CREATE TABLE lines ("of" text REFERENCES orders DEFERRABLE INITIALLY DEFERRED)',
  );
});
afterAll(async () => {
  await pool.end();
  await server.stop();
});

const note = defineJob({ name: 'note', handler: (id: string) => `noted ${id}` });
let names = 0;

function queueOn(postgres: PostgresQueueOptions['postgres'], options: PostgresQueueOptions = {}) {
  const queue = createQueue({ name: `tx-${++names}`, postgres, jobs: [note], ...options });
  onTestFinished(() => queue.close({ timeout: 0 }));
  return queue;
}

const targets: Record<string, () => PostgresQueueOptions['postgres']> = {
  'an address': () => server.url,
  'a configuration': () => ({ connectionString: server.url, max: 12 }),
  'a pool': () => pool,
};

describe.each(Object.entries(targets))('queue.transaction on %s', (_, target) => {
  test('runs statements, which are committed and rolled back with the jobs', async () => {
    const queue = queueOn(target());
    const store = (id: string, end?: Error) =>
      queue.transaction(async (tx) => {
        expectTypeOf(tx).toEqualTypeOf<PostgresTransaction>();
        const { rows } = await tx.query<{ id: string }>(
          'INSERT INTO orders VALUES ($1) RETURNING id',
          [id],
        );
        const job = await queue.enqueue(note, id, { transaction: tx });
        if (end !== undefined) throw end;
        return [rows[0]?.id, job.id];
      });
    const [id = '', jobId = ''] = await store(`${queue.name}-a`);
    await expect(store(`${queue.name}-b`, new Error('mine'))).rejects.toThrow('mine');
    expect(await queue.getStats()).toMatchObject({ waiting: 1, total: 1 });
    expect((await queue.getJob(jobId))?.payload).toBe(id);
    const { rows } = await pool.query('SELECT id FROM orders WHERE id LIKE $1', [`${queue.name}%`]);
    expect(rows).toEqual([{ id }]);
  });

  test('says that nothing is stored when a statement failed whose error was swallowed', async () => {
    const queue = queueOn(target());
    const ended = queue.transaction(async (tx) => {
      await queue.enqueue(note, 'a', { transaction: tx });
      await tx.query('SELECT * FROM nowhere').catch(() => undefined);
    });
    await expect(ended).rejects.toMatchObject({
      code: 'JOBS_ROLLED_BACK',
      details: { mayBeCommitted: false },
      cause: { code: '42P01' },
    });
    expect(await queue.getStats()).toMatchObject({ total: 0 });
  });

  test('says that nothing is stored when what it leaves breaks a constraint', async () => {
    const queue = queueOn(target());
    const ended = queue.transaction(async (tx) => {
      await queue.enqueue(note, 'a', { transaction: tx });
      await tx.query(`INSERT INTO lines VALUES ('none')`);
    });
    await expect(ended).rejects.toMatchObject({
      code: 'JOBS_ROLLED_BACK',
      cause: { code: '23503' },
    });
    expect(await queue.getStats()).toMatchObject({ total: 0 });
  });

  test('refuses statements after its end, when others may have its connection', async () => {
    const queue = queueOn(target());
    const late = await queue.transaction((tx) => tx);
    await expect(late.query('SELECT 1')).rejects.toMatchObject({ code: 'JOBS_CONFLICT' });
  });

  test('keeps the leases of handlers that hold a connection each', async () => {
    const ship = defineJob({
      name: 'ship',
      attempts: 1,
      handler: (_: number, ctx) =>
        queue.transaction(async (tx) => {
          await tx.query('SELECT pg_sleep(1.5)');
          await queue.enqueue(note, 'shipped', { transaction: tx });
          await ctx.completeIn(tx);
        }),
    });
    const jobs = [ship, note];
    const queue = queueOn(target(), { jobs, concurrency: 12, lockDuration: 500 });
    const items = Array.from({ length: 12 }, (_, payload) => ({ job: ship, payload }));
    await queue.enqueueMany(items);
    await queue.process();
    const stats = (): Promise<unknown> => queue.getStats();
    await expect.poll(stats, { timeout: 60_000 }).toMatchObject({ completed: 24, failed: 0 });
  });
});

test('does not know whether a commit that had no answer was done, and says so', async () => {
  const queue = queueOn(server.url);
  const ended = queue.transaction(async (tx) => {
    await queue.enqueue(note, 'a', { transaction: tx });
    const { rows } = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await pool.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
  });
  await expect(ended).rejects.toMatchObject({
    code: 'JOBS_BACKEND_UNAVAILABLE',
    details: { mayBeCommitted: true },
  });
  expect(await queue.getStats()).toMatchObject({ total: 0 });
  await queue.transaction((tx) => queue.enqueue(note, 'b', { transaction: tx }));
  expect(await queue.getStats()).toMatchObject({ total: 1 });
});

test('gives what a library for pg takes as its client', async () => {
  const queue = queueOn(pool);
  const id = `${queue.name}-drizzle`;
  await queue.transaction(async (tx) => {
    const db = drizzle({ client: tx as unknown as pg.PoolClient });
    await db.execute(sql`INSERT INTO orders VALUES (${id})`);
  });
  expect((await pool.query('SELECT 1 FROM orders WHERE id = $1', [id])).rowCount).toBe(1);
});

describe('queue.transaction on PGlite', () => {
  const database = PGlite.create();
  afterAll(async () => (await database).close());

  test('commits, rolls back, and says what was not committed', async () => {
    const queue = queueOn(await database);
    await queue.transaction(async (tx) => {
      await tx.query('CREATE TABLE orders (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)');
      await queue.enqueue(note, 'a', { transaction: tx });
    });
    const mine = new Error('mine');
    const failing = queue.transaction(async (tx) => {
      await queue.enqueue(note, 'b', { transaction: tx });
      throw mine;
    });
    await expect(failing).rejects.toBe(mine);
    for (const statement of ['SELECT * FROM nowhere', 'INSERT INTO orders VALUES (1), (1)']) {
      const ended = queue.transaction(async (tx) => {
        await queue.enqueue(note, 'c', { transaction: tx });
        await tx.query(statement).catch(() => undefined);
      });
      await expect(ended).rejects.toMatchObject({ code: 'JOBS_ROLLED_BACK' });
    }
    expect(await queue.getStats()).toMatchObject({ waiting: 1, total: 1 });
  });

  test('ends one that waits for the connection it holds', async () => {
    const queue = queueOn(await database, { lockDuration: 600 });
    await queue.getStats();
    const ended = queue.transaction(() => queue.enqueue(note, 'a'));
    await expect(ended).rejects.toMatchObject({ code: 'JOBS_TIMEOUT', details: { limitMs: 200 } });
    await expect.poll(() => queue.getStats()).toMatchObject({ total: 1 });
  });

  test('completes jobs in transactions of their handlers', async () => {
    const count = defineJob({
      name: 'count',
      handler: (n: number, ctx) =>
        queue.transaction(async (tx) => {
          await tx.query('SELECT 1');
          await ctx.completeIn(tx, n + 1);
        }),
    });
    const queue = queueOn(await database, { jobs: [count], concurrency: 4 });
    await queue.process();
    const jobs = await queue.enqueueMany([1, 2, 3, 4].map((payload) => ({ job: count, payload })));
    expect(await Promise.all(jobs.map((job) => queue.waitFor(job)))).toEqual([2, 3, 4, 5]);
  });
});
