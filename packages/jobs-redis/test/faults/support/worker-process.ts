import { isJobsError, runUntilSignal } from '@philjs/jobs-core';
import { createQueue } from '../../../src/redis-queue.ts';
import { faultJobs } from './fault-jobs.ts';
import { SETTINGS_VARIABLE, type WorkerSettings } from './worker-settings.ts';

// A worker as an application would run it, in a process that tests may kill.
const settings = JSON.parse(process.env[SETTINGS_VARIABLE] ?? '{}') as WorkerSettings;
const queue = createQueue({
  redis: settings.url,
  name: settings.queue,
  jobs: faultJobs(settings),
  concurrency: settings.concurrency,
  lockDuration: settings.lockDuration,
  maxStalledCount: settings.maxStalledCount,
});
process.on('unhandledRejection', (reason) => {
  process.stdout.write(`unhandled rejection: ${String(reason)}\n`);
});
queue.on('error', ({ error }) => {
  process.stdout.write(`error ${isJobsError(error) ? error.code : error.message}\n`);
});
const told = runUntilSignal(queue, { grace: settings.grace });
await queue.process();
process.stdout.write('ready\n');
await told;
process.stdout.write('closed\n');
