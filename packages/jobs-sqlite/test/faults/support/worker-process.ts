// A process for the fault tests to kill: runs jobs, and notes each start and end in a file of its own.
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineJob } from '@philjs/jobs-core';
import { createQueue } from '../../../src/index.ts';

const [path = '', notes = '', lockDuration = '500'] = process.argv.slice(2);

const work = defineJob({
  name: 'work',
  handler: async (_n: number, ctx) => {
    appendFileSync(notes, `start ${ctx.jobId} ${ctx.fencingToken} ${process.pid}\n`);
    await sleep(15);
    appendFileSync(notes, `end ${ctx.jobId} ${ctx.fencingToken} ${process.pid}\n`);
  },
});

const queue = createQueue({
  path,
  jobs: [work],
  concurrency: 4,
  lockDuration: Number(lockDuration),
  maxStalledCount: 100,
});
// What is lost with the file is reported, and tried again.
queue.on('error', () => undefined);
await queue.process();
process.stdout.write('ready\n');
