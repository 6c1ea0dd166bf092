// A process that kills itself after some steps were stored: `stepping-worker.ts <url> <notes> <writes>`.
import { steppingJob } from '@philjs/jobs-faults/stepping-job';
import { createQueue } from '../../../src/index.ts';

const [url, notes = '', writes] = process.argv.slice(2);
const queue = createQueue({
  name: 'stepping',
  postgres: url,
  concurrency: 5,
  lockDuration: 500,
  maxStalledCount: 1000,
  jobs: [steppingJob(notes, Number(writes))],
});
await queue.process();
