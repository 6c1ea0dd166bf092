import { defineJob, type IQueue } from '@philjs/jobs-core';
import { PostgresServer } from '@philjs/jobs-faults';
import pg from 'pg';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { createQueue } from '../src/index.ts';

const job = defineJob({ name: 'job', handler: () => undefined });
const failed = {
  code: 'JOBS_BACKEND_UNAVAILABLE',
  message: expect.stringMatching(/^The transaction failed \(.*Nothing of it is stored: roll back/),
};

let server: PostgresServer;
let pool: pg.Pool;
beforeAll(async () => {
  server = await PostgresServer.start();
  pool = new pg.Pool({ connectionString: server.url });
});
afterAll(async () => {
  await pool.end();
  await server.stop();
});

interface Scene {
  readonly queue: IQueue<readonly [typeof job]>;
  /** The stored job for which the new one is to wait. */
  readonly id: string;
  /** Has the transaction in which the new job is to be stored. */
  readonly client: pg.PoolClient;
  /** Another connection. */
  readonly other: pg.PoolClient;
}

async function begin(name: string, text: string): Promise<Scene> {
  const queue = createQueue({ name, postgres: server.url, jobs: [job] });
  const [client, other] = [await pool.connect(), await pool.connect()];
  onTestFinished(async () => {
    client.release(true);
    other.release(true);
    await queue.close();
  });
  const { id } = await queue.enqueue(job, undefined, { delay: 60_000 });
  await client.query(text);
  return { queue, id, client, other };
}

/** Waits until another connection waits for a lock. */
async function someoneWaits(): Promise<void> {
  const text = 'SELECT count(*)::int AS waiting FROM pg_locks WHERE NOT granted';
  await expect.poll(async () => (await pool.query(text)).rows[0].waiting).toBe(1);
}

it.each([
  ['25006', 'BEGIN READ ONLY'],
  ['57014', 'BEGIN; SET LOCAL statement_timeout = 50'],
  ['55P03', 'BEGIN; SET LOCAL lock_timeout = 50'],
])('says that the whole transaction is to be run again when it failed with %s', async (...of) => {
  const { queue, id, client, other } = await begin(...of);
  await other.query('BEGIN; SELECT 1 FROM philjs_jobs.jobs FOR UPDATE');
  const added = queue.enqueue(job, undefined, { transaction: client, dependsOn: [id] });
  await expect(added).rejects.toMatchObject({ ...failed, details: { code: of[0] } });
});

it('says so where another transaction changed what this one had read', async () => {
  const text = 'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1';
  const { queue, id, client } = await begin('40001', text);
  await queue.updateJob(id, { priority: 3 });
  const added = queue.enqueue(job, undefined, { transaction: client, dependsOn: [id] });
  await expect(added).rejects.toMatchObject({ ...failed, details: { code: '40001' } });
});

it('says so where two transactions waited for each other', async () => {
  const text = "BEGIN; SET LOCAL deadlock_timeout = '10ms'; SELECT pg_advisory_xact_lock(1)";
  const { queue, id, client, other } = await begin('40P01', text);
  await other.query("BEGIN; SET LOCAL deadlock_timeout = '1h'");
  await other.query('SELECT 1 FROM philjs_jobs.jobs WHERE id = $1 FOR UPDATE', [id]);
  const held = other.query('SELECT pg_advisory_xact_lock(1)');
  await someoneWaits();
  const added = queue.enqueue(job, undefined, { transaction: client, dependsOn: [id] });
  await expect(added).rejects.toMatchObject({ ...failed, details: { code: '40P01' } });
  await client.query('ROLLBACK');
  await held;
});

it('says so of the end of a job, which then fails and is tried again', async () => {
  let [tries, codes]: [number, unknown[]] = [0, []];
  const pay = defineJob({
    name: 'pay',
    attempts: 2,
    handler: async (_: undefined, ctx) => {
      const client = await pool.connect();
      try {
        await client.query(tries++ === 0 ? 'BEGIN READ ONLY' : 'BEGIN');
        await ctx.completeIn(client, 'paid');
        await client.query('COMMIT');
      } catch (error) {
        codes.push(error);
        throw error;
      } finally {
        client.release(true);
      }
    },
  });
  const queue = createQueue({ name: 'ends', postgres: server.url, jobs: [pay] });
  onTestFinished(() => queue.close());
  await queue.process();
  const paid = await queue.enqueue(pay, undefined);
  expect(await queue.waitFor(paid, { timeout: 60_000 })).toBe('paid');
  expect(codes).toEqual([expect.objectContaining({ ...failed, details: { code: '25006' } })]);
});

it('refuses a transaction in which a statement failed before, and says so', async () => {
  const { queue, client } = await begin('25P02', 'BEGIN');
  await client.query('SELECT 1 / 0').catch(() => undefined);
  await expect(queue.enqueue(job, undefined, { transaction: client })).rejects.toMatchObject({
    code: 'JOBS_ROLLED_BACK',
    message: expect.stringMatching(/statement .* failed .*roll back/i),
    details: { code: '25P02' },
  });
});

it('says so where the server ended the connection of the transaction', async () => {
  const { queue, client, other } = await begin('57P01', 'BEGIN');
  client.on('error', () => undefined);
  const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
  await other.query('SELECT pg_terminate_backend($1)', [rows[0].pid]);
  const added = queue.enqueue(job, undefined, { transaction: client });
  await expect(added).rejects.toMatchObject(failed);
  expect((await queue.getStats()).total).toBe(1);
});
