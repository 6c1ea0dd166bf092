import { setTimeout as sleep } from 'node:timers/promises';
import { defineJob } from '@philjs/jobs-core';
import { PostgresServer } from '@philjs/jobs-faults';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
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
