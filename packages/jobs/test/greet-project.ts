import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineJob, type JobDefinition } from '@philjs/jobs-core';
import { createQueue, type RedisQueue } from '@philjs/jobs-redis';
import { onTestFinished } from 'vitest';
import { makeProject } from './cli-trial.ts';

/** A configuration with one job. */
export const CONFIG: string = `
import { createQueue, defineConfig, defineJob } from '@philjs/jobs';
const greet = defineJob({
  name: 'greet',
  handler: (payload: { name: string }, ctx) => { ctx.log('greeting %s', payload.name); return 'Hello, ' + payload.name; },
});
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
export default defineConfig({ queues: [createQueue({ name: 'default', jobs: [greet], logger: quiet })] });
`;

/** That job, as a program of the test's knows it. */
export const greet: JobDefinition<'greet', { name: string }, string> = defineJob({
  name: 'greet',
  attempts: 1,
  handler: (payload: { name: string }) => {
    if (payload.name === '') throw new RangeError('nobody to greet\u001b[2J');
    return `Hello, ${payload.name}`;
  },
});

/** Makes a folder with that configuration; removed with the test. */
export async function makeGreetProject(): Promise<string> {
  const folder = await makeProject();
  await writeFile(join(folder, 'jobs.config.ts'), CONFIG);
  return folder;
}

/** Opens the queue of that job; closed with the test. */
export function greetQueue(redis: string, concurrency = 1): RedisQueue<readonly [typeof greet]> {
  const queue = createQueue({ redis, jobs: [greet], concurrency });
  onTestFinished(() => queue.close());
  return queue;
}
