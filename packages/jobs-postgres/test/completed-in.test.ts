import { setTimeout as sleep } from 'node:timers/promises';
import { defineJob } from '@philjs/jobs-core';
import { PostgresServer } from '@philjs/jobs-faults';
import pg from 'pg';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { createQueue } from '../src/index.ts';

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

it.each(['tries again', 'throws'])(
  'keeps the lease of a job whose transaction was rolled back, until its handler %s',
  async (how) => {
    const lockDuration = 3_000;
    let runs = 0;
    const pay = defineJob({
      name: 'pay',
      attempts: 1,
      handler: async (_: undefined, ctx) => {
        runs += 1;
        const client = await pool.connect();
        try {
          await client.query('BEGIN');
          await ctx.completeIn(client, 'rolled back');
          await client.query('ROLLBACK');
          await sleep(2.5 * lockDuration);
          if (how === 'throws') throw new Error('No money');
          await client.query('BEGIN');
          await ctx.completeIn(client, 'paid');
          await client.query('COMMIT');
        } finally {
          client.release();
        }
      },
    });
    const options = { name: how, postgres: server.url, jobs: [pay], lockDuration };
    const queues = [createQueue(options), createQueue(options)];
    for (const queue of queues) await queue.process();
    const job = await queues[0]?.enqueue(pay, undefined);
    const result = await queues[0]?.waitFor(String(job?.id), { timeout: 60_000 }).catch(String);
    expect(result).toMatch(how === 'throws' ? 'No money' : 'paid');
    expect(runs).toBe(1);
    await Promise.all(queues.map((queue) => queue.close()));
  },
);

it('refuses a second completion on another connection while the first is not committed', async () => {
  const codes: unknown[] = [];
  const pay = defineJob({
    name: 'pay',
    attempts: 1,
    handler: async (_: undefined, ctx) => {
      const [client, other] = [await pool.connect(), await pool.connect()];
      try {
        await client.query('BEGIN');
        await ctx.completeIn(client, 'first');
        await other.query('BEGIN; SET LOCAL lock_timeout = 300');
        await ctx.completeIn(other, 'second').catch((error) => codes.push(error.code));
        await other.query('ROLLBACK');
        await other.query('BEGIN');
        await ctx.completeIn(other, 'second').catch((error) => codes.push(error.code));
        await other.query('ROLLBACK');
        await client.query('COMMIT');
      } finally {
        client.release(true);
        other.release(true);
      }
    },
  });
  const queue = createQueue({ name: 'twice', postgres: server.url, jobs: [pay] });
  onTestFinished(() => queue.close());
  await queue.process();
  const job = await queue.enqueue(pay, undefined);
  expect(await queue.waitFor(job, { timeout: 60_000 })).toBe('first');
  expect(codes).toEqual(['JOBS_CONFLICT', 'JOBS_CONFLICT']);
});

it('refuses a client that is in no transaction, or was released, to add jobs and to complete one', async () => {
  const codes: unknown[] = [];
  const note = (error: { code: unknown; details: { field: unknown } }): void => {
    codes.push([error.code, error.details.field]);
  };
  const client = await pool.connect();
  const idle = await pool.connect();
  onTestFinished(() => idle.release());
  const pay = defineJob({
    name: 'pay',
    attempts: 1,
    handler: (_: undefined, ctx) => ctx.completeIn(idle, 'at once').catch(note),
  });
  const queue = createQueue({ name: 'without', postgres: server.url, jobs: [pay] });
  onTestFinished(() => queue.close());
  await queue.enqueue(pay, undefined, { transaction: idle }).catch(note);
  await client.query('BEGIN');
  await client.query('COMMIT');
  client.release();
  await queue.enqueue(pay, undefined, { transaction: client }).catch(note);
  await queue.enqueueMany([{ job: pay, payload: undefined }], { transaction: client }).catch(note);
  const after = await queue.enqueue(pay, undefined, { delay: 60_000 });
  const within = { transaction: idle, dependsOn: [after.id] };
  await queue.enqueue(pay, undefined, within).catch(note);
  expect(await queue.getStats()).toMatchObject({ total: 1 });
  await queue.process();
  const job = await queue.enqueue(pay, undefined);
  await queue.waitFor(job, { timeout: 60_000 });
  expect(codes).toEqual(Array(5).fill(['JOBS_INVALID_ARGUMENT', 'transaction']));
});
