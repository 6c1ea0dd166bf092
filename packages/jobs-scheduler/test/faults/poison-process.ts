// A worker whose handler ends its process: the job it runs is given to another one when its lease is over.
import { appendFileSync } from 'node:fs';
import { createQueue, defineJob } from '@philjs/jobs-core';
import { redisBackend } from '@philjs/jobs-redis';
import { Scheduler } from '../../src/index.ts';

const [redis = '', startsFile = '', maxStalledCount = '1'] = process.argv.slice(2);
const poison = defineJob({
  name: 'poison',
  attempts: 5,
  handler: (_payload: undefined, { jobId }) => {
    appendFileSync(startsFile, `${jobId}\n`);
    process.exit(1);
  },
});
const queue = createQueue({
  name: 'faults',
  backend: redisBackend({ redis, enqueueTimeout: 60_000 }),
  jobs: [poison],
  lockDuration: 1000,
  maxStalledCount: Number(maxStalledCount),
});
const scheduler = new Scheduler(queue);
await scheduler.schedule(poison, { every: 500, maxRuns: 1, payload: undefined });
await scheduler.start();
await queue.process();
