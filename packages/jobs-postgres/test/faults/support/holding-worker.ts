// A process for the fault tests: each job holds a connection of the pool that the queue has, for longer than a lease. Notes the
// start and the end of each run in a file, and what ended otherwise: `holding-worker.ts <url> <notes>`.
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineJob } from '@philjs/jobs-core';
import pg from 'pg';
import { createQueue } from '../../../src/index.ts';

const [url = '', notes = ''] = process.argv.slice(2);
const HELD_MS = 7_000;

const pool = new pg.Pool({ connectionString: url, max: 4 });
const note = (text: string): void => appendFileSync(notes, `${text}\n`);

const work = defineJob({
  name: 'work',
  handler: async (_payload: null, ctx) => {
    note(`start ${ctx.jobId}`);
    const client = await pool.connect();
    await sleep(HELD_MS);
    client.release();
    note(`${ctx.signal.aborted ? 'aborted' : 'end'} ${ctx.jobId}`);
  },
});

const queue = createQueue({ postgres: pool, jobs: [work], concurrency: 5, lockDuration: 3_000 });
queue.on('error', ({ error }) => note(`error ${(error as { code?: string }).code}`));
queue.on('stalled', ({ jobId }) => note(`stalled ${jobId}`));
await queue.process();
process.stdout.write('ready\n');
