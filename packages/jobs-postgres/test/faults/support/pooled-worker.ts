// A process for the fault tests: its queue and its handlers share a pool of which nobody else hears. Notes each start and end
// of a job in a file: `pooled-worker.ts <url> <notes>`.
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineJob } from '@philjs/jobs-core';
import pg from 'pg';
import { createQueue } from '../../../src/index.ts';

const [url = '', notes = ''] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: url, max: 6 });
const insert = 'INSERT INTO effects (job) VALUES ($1)';

const work = defineJob({
  name: 'work',
  attempts: 50,
  backoff: { type: 'fixed', delay: 50 },
  handler: async (way: 'own' | 'begun', ctx) => {
    appendFileSync(notes, `start ${ctx.jobId}\n`);
    if (way === 'begun') {
      await queue.transaction(async (tx) => {
        await tx.query(insert, [ctx.jobId]);
        await sleep(20);
        await ctx.completeIn(tx, null);
      });
    } else {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        await client.query(insert, [ctx.jobId]);
        await sleep(20);
        await ctx.completeIn(client, null);
        await client.query('COMMIT');
        client.release();
      } catch (error) {
        client.release(true);
        throw error;
      }
    }
    appendFileSync(notes, `end ${ctx.jobId}\n`);
  },
});

const queue = createQueue({
  postgres: pool,
  jobs: [work],
  concurrency: 4,
  lockDuration: 2_000,
  maxStalledCount: 100,
});
queue.on('error', () => undefined);
await queue.process();
process.stdout.write('ready\n');
