// A process for the fault tests: notes each start and end of a job in a file: `noting-worker.ts <url> <notes> [nolisten]`.
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineJob } from '@philjs/jobs-core';
import { createQueue } from '../../../src/index.ts';

const [url = '', notes = '', listen] = process.argv.slice(2);

const work = defineJob({
  name: 'work',
  attempts: 50,
  backoff: { type: 'fixed', delay: 50 },
  handler: async (_payload: null, ctx) => {
    appendFileSync(notes, `start ${ctx.jobId}\n`);
    await sleep(10);
    appendFileSync(notes, `end ${ctx.jobId}\n`);
  },
});

const queue = createQueue({
  postgres: url,
  listen: listen !== 'nolisten',
  jobs: [work],
  concurrency: 4,
  lockDuration: 1_000,
  maxStalledCount: 100,
});
// What is lost with a server is reported, and tried again.
queue.on('error', () => undefined);
await queue.process();
process.stdout.write('ready\n');
