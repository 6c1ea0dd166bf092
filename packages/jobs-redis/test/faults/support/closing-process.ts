import { setTimeout as sleep } from 'node:timers/promises';
import { defineJob } from '@philjs/jobs-core';
import { createQueue } from '../../../src/redis-queue.ts';

// Works for a while, closes, and must then end by itself: nothing may keep it alive.
process.on('unhandledRejection', (reason) => {
  process.stdout.write(`unhandled rejection: ${String(reason)}\n`);
});
const job = defineJob({ name: 'work', handler: async () => sleep(10) });
const queue = createQueue({ name: 'closing', jobs: [job] });
queue.on('completed', () => undefined);
queue.on('error', () => undefined);
await queue.process();
await queue.enqueue(job);
process.stdout.write('working\n');
await sleep(1500);
await queue.close({ timeout: 200 });
process.stdout.write('closed\n');
