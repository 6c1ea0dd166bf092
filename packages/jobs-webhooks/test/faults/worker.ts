// A process that runs jobs and sends webhooks, until it is killed: `worker.ts <file> <url> [maxStalledCount] [ordered]`.
import { defineJob } from '@philjs/jobs-core';
import { createQueue } from '@philjs/jobs-sqlite';
import { createWebhooks } from '../../src/index.ts';
import { ALLOW, SECRET } from '../receiver.ts';

const [, , path, url = '', maxStalledCount = '100', how] = process.argv;
const work = defineJob({
  name: 'work',
  attempts: 1,
  removeOnComplete: true,
  handler: async (n: number) => {
    if (n % 10 === 0) throw new Error('every tenth fails');
    return n;
  },
});
const queue = createQueue({
  path,
  jobs: [work],
  concurrency: 100,
  lockDuration: 1000,
  maxStalledCount: Number(maxStalledCount),
});
const webhooks = createWebhooks(queue, {
  endpoints: [{ url, secret: SECRET, events: ['completed', 'failed'], ordered: how === 'ordered' }],
  retry: { attempts: 100, delay: 20, maxDelay: 1000 },
  allow: ALLOW,
});
await webhooks.start();
await queue.process();
process.stdout.write('ready\n');
