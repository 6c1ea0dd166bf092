// A program that starts one queue after another, and ends once each has run a job: `two-queues.ts <url>`.
import { defineJob } from '@philjs/jobs-core';
import { createQueue } from '../../src/index.ts';

const work = defineJob({ name: 'work', handler: async (text: string) => text });
const redis = process.argv[2] ?? '';
const queues = ['one', 'two', 'three'].map((name) => createQueue({ name, redis, jobs: [work] }));
for (const queue of queues) {
  queue.on('completed', () => undefined);
  await queue.process();
  // Long enough for the queues before to wait for jobs.
  await new Promise((resolve) => setTimeout(resolve, 300));
}
for (const queue of queues) {
  const job = await queue.enqueue(work, queue.name);
  process.stdout.write(`${await queue.waitFor(job)}\n`);
}
await Promise.all(queues.map((queue) => queue.close()));
