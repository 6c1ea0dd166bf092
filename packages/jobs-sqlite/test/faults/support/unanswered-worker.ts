// A process for the fault tests: commits many jobs, and kills itself before any handler returns.
import { DatabaseSync } from 'node:sqlite';
import { defineJob } from '@philjs/jobs-core';
import { createQueue } from '../../../src/index.ts';

const [path = '', many = '20'] = process.argv.slice(2);
const AT_ONCE = Number(many);
const database = new DatabaseSync(path);
database.exec('PRAGMA busy_timeout = 5000');

let committed = 0;
let before: Promise<unknown> = Promise.resolve();

const work = defineJob({
  name: 'work',
  handler: async (_payload: null, ctx) => {
    const turn = before.then(async () => {
      database.exec('BEGIN IMMEDIATE');
      database.prepare('INSERT INTO effects VALUES (?, ?)').run(ctx.jobId, process.pid);
      await ctx.completeIn(database, 'done');
      database.exec('COMMIT');
      committed += 1;
    });
    before = turn;
    await turn;
    const { waiting, active } = await queue.getStats();
    if (committed === AT_ONCE || waiting + active === 0) process.kill(process.pid, 'SIGKILL');
    await new Promise(() => undefined);
  },
});

const queue = createQueue({ path, jobs: [work], concurrency: AT_ONCE, lockDuration: 1_000 });
await queue.process();
