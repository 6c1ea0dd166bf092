// A process for the fault tests to kill: each job notes that it started, and writes one row with its completion.
import { setTimeout as sleep } from 'node:timers/promises';
import { defineJob } from '@philjs/jobs-core';
import pg from 'pg';
import { createQueue } from '../../../src/index.ts';

const [url = ''] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: url, max: 8 });
// An idle connection that is lost with the server is replaced.
pool.on('error', () => undefined);
// Between statements the end of a connection is an event; the next statement fails.
pool.on('connect', (client) => client.on('error', () => undefined));

const work = defineJob({
  name: 'work',
  attempts: 50,
  backoff: { type: 'fixed', delay: 50 },
  handler: async (_payload: null, ctx) => {
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('INSERT INTO effects (job, pid) VALUES ($1, $2)', [
        ctx.jobId,
        process.pid,
      ]);
      await sleep(10);
      await ctx.completeIn(client, 'done');
      await client.query('COMMIT');
      client.release();
    } catch (error) {
      client.release(true);
      throw error;
    }
  },
});

const queue = createQueue({
  postgres: pool,
  jobs: [work],
  concurrency: 4,
  lockDuration: 1_000,
  maxStalledCount: 100,
});
// What is lost with a killed server is reported, and tried again.
queue.on('error', () => undefined);
await queue.process();
