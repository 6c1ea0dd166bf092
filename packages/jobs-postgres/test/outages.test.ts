import { setTimeout as sleep } from 'node:timers/promises';
import { defineJob } from '@philjs/jobs-core';
import { PostgresServer } from '@philjs/jobs-faults';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createQueue } from '../src/index.ts';

const double = defineJob({ name: 'double', handler: async (n: number) => n * 2 });

let server: PostgresServer;
beforeEach(async () => {
  server = await PostgresServer.start();
});
afterEach(() => server.stop());

it('says that the server is away, and goes on when it is back, with what was accepted', async () => {
  const queue = createQueue({ postgres: server.url, jobs: [double] });
  const errors: unknown[] = [];
  queue.on('error', ({ error }) => errors.push((error as { code?: string }).code));
  const heard: string[] = [];
  queue.on('completed', ({ jobId }) => heard.push(jobId));
  const accepted = await queue.enqueue(double, 1);
  await server.kill();
  await expect(queue.enqueue(double, 2)).rejects.toMatchObject({
    code: 'JOBS_BACKEND_UNAVAILABLE',
  });
  await server.run();
  await expect
    .poll(() =>
      queue.process().then(
        () => true,
        () => false,
      ),
    )
    .toBe(true);
  expect(await queue.waitFor(accepted)).toBe(2);
  const run = async (n: number): Promise<string> => {
    const { id } = await queue.enqueue(double, n);
    expect(await queue.waitFor(id)).toBe(2 * n);
    return id;
  };
  // Events sent while the connection is away are missed; those of a later job are not.
  await expect.poll(async () => heard.includes(await run(3))).toBe(true);
  // Long after the connection is back, by whatever part of the queue, each event comes once.
  await sleep(1000);
  const last = await run(4);
  await expect.poll(() => heard).toContain(last);
  expect(heard.filter((id) => id === last)).toEqual([last]);
  expect(new Set(errors)).toEqual(new Set(['JOBS_BACKEND_UNAVAILABLE']));
  await queue.close();
});

it('refuses what is no transaction on one connection, and stores nothing', async () => {
  const pool = new pg.Pool({ connectionString: server.url });
  const queue = createQueue({ postgres: pool, jobs: [double] });
  for (const transaction of [5, {}, pool]) {
    await expect(queue.enqueue(double, 1, { transaction })).rejects.toMatchObject({
      code: 'JOBS_INVALID_ARGUMENT',
    });
  }
  expect(await queue.getStats()).toMatchObject({ total: 0 });
  await queue.close();
  await pool.end();
});

it('ends no process for a connection that a handler holds while the server ends it', async () => {
  const pool = new pg.Pool({ connectionString: server.url });
  const queue = createQueue({ postgres: pool, jobs: [double] });
  await queue.getStats();
  const held = await pool.connect();
  expect(held.listenerCount('error')).toBe(1);
  await server.kill('SIGINT');
  await server.run();
  await expect(held.query('SELECT 1')).rejects.toThrow();
  held.release(true);
  await queue.close();
  const unheard = await pool.connect();
  expect(unheard.listenerCount('error')).toBe(0);
  unheard.release();
  expect(pool.listenerCount('acquire')).toBe(0);
  await pool.end();
});

it('goes on when the server ends the connections of a pool of the user', async () => {
  const pool = new pg.Pool({ connectionString: server.url });
  const queues = ['one', 'other'].map((name) => {
    return createQueue({ name, postgres: pool, jobs: [double] });
  });
  for (const queue of queues) expect(await queue.getStats()).toMatchObject({ total: 0 });
  await server.kill();
  await server.run();
  await expect
    .poll(() => Promise.all(queues.map((queue) => queue.getStats())).catch(() => []))
    .toHaveLength(2);
  await queues[0]?.close();
  expect(pool.listenerCount('error')).toBe(1);
  await queues[1]?.close();
  expect(pool.listenerCount('error')).toBe(0);
  await pool.end();
});
