import { defineJob } from '@philjs/jobs-core';
import { PostgresServer } from '@philjs/jobs-faults';
import pg from 'pg';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { createQueue } from '../src/index.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(() => server.stop());

const work = defineJob({
  name: 'work',
  handler: async (_payload: null, ctx) => {
    await ctx.updateProgress(1);
    await ctx.log('held');
  },
});

/** Opens a queue over a pool, and takes all connections of that. */
async function exhausted() {
  const pool = new pg.Pool({ connectionString: server.url, max: 2 });
  const queue = createQueue({ postgres: pool, jobs: [work] });
  await queue.enqueue(work, null);
  const held = [await pool.connect(), await pool.connect()];
  onTestFinished(async () => {
    for (const client of held.splice(0)) client.release();
    await queue.close();
    await pool.end();
  });
  return { pool, queue, release: () => held.pop()?.release() };
}

it('runs jobs, with their progress and logs, while others hold all connections of the pool', async () => {
  const { queue, release } = await exhausted();
  const ended = new Promise((resolve) => queue.on('completed', resolve));
  await queue.process();
  await ended;
  release();
  expect(await queue.getStats()).toMatchObject({ completed: 1, active: 0 });
});

it('says of a call that found no connection free that the pool is the cause, and sends nothing later', async () => {
  const { pool, queue, release } = await exhausted();
  const error = await queue.enqueue(work, null, { jobId: 'late' }).catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'JOBS_BACKEND_UNAVAILABLE' });
  expect(error.message).toContain('all 2 connections of the pool');
  release();
  await expect.poll(() => pool.idleCount).toBe(1);
  expect(await queue.getJob('late')).toBeUndefined();
});
