import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineJob } from '@philjs/jobs-core';
import { RedisServer } from '@philjs/jobs-faults';
import { createQueue, type RedisQueue } from '@philjs/jobs-redis';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { makeProject } from './cli-trial.ts';

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const CONFIG = `
import { createQueue, defineConfig, defineJob } from '@philjs/jobs';
const echo = defineJob({ name: 'echo', handler: (n: number) => n });
export default defineConfig({ queues: [createQueue({ name: 'piped', jobs: [echo] })] });
`;
const echo = defineJob({ name: 'echo', handler: (n: number) => n });

let server: RedisServer;
let queue: RedisQueue<readonly [typeof echo]>;
beforeAll(async () => {
  server = await RedisServer.start();
  queue = createQueue({ name: 'piped', redis: server.url, jobs: [echo] });
  // More than a pipe holds.
  const many = Array.from({ length: 1000 }, (_, payload) => ({ job: echo, payload }));
  await queue.enqueueMany(many.map((one) => ({ ...one, options: { delay: 3_600_000 } })));
});
afterAll(async () => {
  await queue.close();
  await server.stop();
});

async function start(...args: string[]): Promise<ChildProcess> {
  const cwd = await makeProject();
  await writeFile(join(cwd, 'jobs.config.ts'), CONFIG);
  const env = { ...process.env, REDIS_URL: server.url };
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, env, stdio: 'pipe' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

test.each([
  [['list', '--limit', '1000']],
  [['--json', 'list', '--limit', '1000']],
  [['stats', '--watch', '--every', '50ms']],
])('ends without a word when its reader has seen enough: %j', async (args) => {
  const child = await start(...args);
  let told = '';
  child.stderr?.on('data', (chunk) => {
    told += String(chunk);
  });
  child.stdout?.once('data', () => child.stdout?.destroy());
  const [code] = await once(child, 'close');
  expect({ code, told }).toEqual({ code: 0, told: expect.not.stringContaining('EPIPE') });
});

test('goes on with what it does when no one reads any more', async () => {
  const child = await start('work', '--no-scheduler');
  await once(child.stderr ?? child, 'data');
  child.stdout?.destroy();
  child.stderr?.destroy();
  expect(await queue.waitFor(await queue.enqueue(echo, 7))).toBe(7);
  // What it says of this, it says to no one.
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});
