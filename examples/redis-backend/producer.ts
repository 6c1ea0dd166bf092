// Enqueues one job for each log named on the command line.
//
//   node producer.ts logs/access-01.log logs/access-02.log
import { setTimeout as sleep } from 'node:timers/promises';
import { isJobsError } from '@philjs/jobs-core';
import { defineArchiveLog } from './archive/archive-log.ts';
import { folder, openQueue } from './settings.ts';

const ATTEMPTS = 20;
const archiveLog = defineArchiveLog(folder);
const queue = openQueue([archiveLog]);

// The id names the log, so a producer that does not know whether the job was stored can safely enqueue it again.
const items = process.argv.slice(2).map((path) => ({
  job: archiveLog,
  payload: { path },
  options: { jobId: `archive ${path}` },
}));

for (let attempt = 1; ; attempt++) {
  try {
    const jobs = await queue.enqueueMany(items);
    const known = jobs.filter((job) => job.duplicate).length;
    console.log(`producer: ${jobs.length} jobs are stored, ${known} of them before`);
    break;
  } catch (error) {
    // Only this error may pass by itself; the others are mistakes of the program.
    if (!isJobsError(error, 'JOBS_BACKEND_UNAVAILABLE') || attempt === ATTEMPTS) throw error;
    console.log('producer: Redis is away, trying again in half a second');
    await sleep(500);
  }
}
await queue.close();
