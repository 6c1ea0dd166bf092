// A process for the fault tests: sends the commits of many jobs at once, and kills itself before any is answered.
import { defineJob } from '@philjs/jobs-core';
import pg from 'pg';
import { createQueue } from '../../../src/index.ts';

const [url = '', many = '16'] = process.argv.slice(2);
const AT_ONCE = Number(many);
const pool = new pg.Pool({ connectionString: url, max: AT_ONCE + 4 });

let commits: (() => void)[] = [];

const work = defineJob({
  name: 'work',
  handler: async (_payload: null, ctx) => {
    const client = await pool.connect();
    await client.query('BEGIN');
    await client.query('INSERT INTO effects (job, pid) VALUES ($1, $2)', [ctx.jobId, process.pid]);
    await ctx.completeIn(client, 'done');
    commits.push(() => void client.query('COMMIT'));
    await new Promise(() => undefined);
  },
});

const queue = createQueue({
  postgres: pool,
  jobs: [work],
  concurrency: AT_ONCE,
  lockDuration: 5_000,
  maxStalledCount: 100,
});
queue.on('error', () => undefined);
await queue.process();

// A look at each job alone could miss the last: a commit of a worker killed before may still be on its way then. It may
// have been that of the last job of all, with none left for this worker.
for (;;) {
  const { waiting, active } = await queue.getStats();
  const isLast = waiting === 0 && active === commits.length;
  if (commits.length === AT_ONCE || isLast) {
    for (const commit of commits) commit();
    commits = [];
    // By then all are sent, and no answer has been read: answers are read after immediates.
    setImmediate(() => process.kill(process.pid, 'SIGKILL'));
  }
  await new Promise((resolve) => setTimeout(resolve, 10));
}
