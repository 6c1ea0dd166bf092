import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineJob } from '@philjs/jobs-core';
import { createQueue } from '@philjs/jobs-redis';
import { freePort, RedisServer } from '@philjs/jobs-testkit';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { makeProject } from './cli-trial.ts';

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));

const CONFIG = `
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createQueue, defineConfig, defineJob } from '@philjs/jobs';
console.log('loading the configuration');
const slow = defineJob({
  name: 'slow',
  handler: async (ms: number) => {
    appendFileSync('ran.txt', 'start\\n');
    await sleep(ms);
    appendFileSync('ran.txt', 'end\\n');
  },
});
export default defineConfig({ queues: [createQueue({ name: 'work', jobs: [slow] })] });
`;

const slow = defineJob({ name: 'slow', handler: (_ms: number) => undefined });

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

function start(cwd: string, ...args: string[]): ChildProcess {
  const env = { ...process.env, REDIS_URL: server.url };
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, env, stdio: 'pipe' });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

async function textOf(child: ChildProcess): Promise<{ code: number | null; stdout: string }> {
  let stdout = '';
  child.stdout?.on('data', (chunk) => {
    stdout += String(chunk);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout };
}

describe('philjs-jobs as a process', () => {
  test('drains at SIGTERM: the active job ends, and so does the process', async () => {
    const folder = await makeProject();
    await writeFile(join(folder, 'jobs.config.ts'), CONFIG);
    const port = await freePort();
    const child = start(folder, 'work', '--no-scheduler', '--probe-port', String(port));
    const ended = textOf(child);
    const queue = createQueue({ name: 'work', redis: server.url, jobs: [slow] });
    onTestFinished(() => queue.close());
    const job = await queue.enqueue(slow, 1000);
    await vi.waitFor(
      async () => expect(await readFile(join(folder, 'ran.txt'), 'utf8')).toBe('start\n'),
      {
        timeout: 20_000,
      },
    );
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0 });
    expect(await readFile(join(folder, 'ran.txt'), 'utf8')).toBe('start\nend\n');
    expect(await queue.getJob(job.id)).toMatchObject({ status: 'completed' });
  });

  test('prints JSON and nothing else on stdout, whatever the configuration prints', async () => {
    const folder = await makeProject();
    await writeFile(join(folder, 'jobs.config.ts'), CONFIG);
    const { code, stdout } = await textOf(start(folder, '--json', 'stats'));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([{ queue: 'work' }]);
  });
});
