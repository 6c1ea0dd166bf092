// A process whose jobs all fail for good, until it is killed: `failing-worker.ts <url>`.
import { defineJob } from '@philjs/jobs-core';
import { createQueue } from '../../../src/index.ts';

const queue = createQueue({
  name: 'failing',
  postgres: process.argv[2] ?? '',
  deadLetter: 'dead',
  concurrency: 20,
  lockDuration: 500,
  maxStalledCount: 1000,
  jobs: [
    defineJob({ name: 'fail', attempts: 1, handler: (n: number) => Promise.reject(`no ${n}`) }),
  ],
});
await queue.process();
process.stdout.write('ready\n');
