import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { defineJob } from '@philjs/jobs-core';
import { freePort, RedisServer } from '@philjs/jobs-faults';
import { createQueue } from '@philjs/jobs-redis';
import { Scheduler } from '@philjs/jobs-scheduler';
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

/** Collects what a process prints. */
function printedBy(stream: Readable | null): string[] {
  const chunks: string[] = [];
  stream?.on('data', (chunk) => chunks.push(String(chunk)));
  return chunks;
}

/** Lists the processes that a process has started and that still run. */
function childrenOf({ pid }: ChildProcess): readonly string[] {
  const { stdout } = spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line !== '');
}

describe('philjs-jobs as a process', () => {
  test('ends when it is done, whatever the application keeps open', async () => {
    const folder = await makeProject();
    await writeFile(join(folder, 'jobs.config.ts'), `${CONFIG}\nsetInterval(() => {}, 1000);\n`);
    const stats = await textOf(start(folder, '--json', 'stats'));
    expect(stats).toMatchObject({ code: 0, stdout: expect.stringContaining('"work"') });
    expect(await textOf(start(folder, '--queue', 'other', 'stats'))).toMatchObject({ code: 2 });
  });

  test('ends after its time, also with a handler that does not', async () => {
    const folder = await makeProject();
    await writeFile(join(folder, 'jobs.config.ts'), CONFIG.replace("'work'", "'endless'"));
    const queue = createQueue({ name: 'endless', redis: server.url, jobs: [slow] });
    onTestFinished(() => queue.close());
    const { id } = await queue.enqueue(slow, 3_600_000);
    const child = start(folder, 'work', '--timeout', '500ms');
    const ended = textOf(child);
    await vi.waitFor(() => expect(existsSync(join(folder, 'ran.txt'))).toBe(true), 120_000);
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0 });
    expect(await queue.getJob(id)).toMatchObject({ status: expect.not.stringMatching('active') });
  });

  test('says that it cannot answer probes where another program listens, and ends', async () => {
    const folder = await makeProject();
    await writeFile(join(folder, 'jobs.config.ts'), CONFIG);
    const child = start(folder, 'work', '--probe-port', new URL(server.url).port);
    let told = '';
    child.stderr?.on('data', (chunk) => {
      told += String(chunk);
    });
    expect(await textOf(child)).toMatchObject({ code: 1 });
    expect(told).toMatch(/--probe-port.*EADDRINUSE/);
    expect(told).not.toMatch(/\n {4}at /);
  });

  test('drains at SIGTERM: the active job ends, and so does the process', async () => {
    const folder = await makeProject();
    await writeFile(join(folder, 'jobs.config.ts'), CONFIG);
    const port = await freePort();
    const child = start(folder, 'work', '--no-scheduler', '--probe-port', String(port));
    const ended = textOf(child);
    const queue = createQueue({ name: 'work', redis: server.url, jobs: [slow] });
    onTestFinished(() => queue.close());
    const job = await queue.enqueue(slow, 3000);
    await vi.waitFor(() => expect(existsSync(join(folder, 'ran.txt'))).toBe(true), 120_000);
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0 });
    expect(await readFile(join(folder, 'ran.txt'), 'utf8')).toBe('start\nend\n');
    expect(await queue.getJob(job.id)).toMatchObject({ status: 'completed' });
  });

  test.each([
    ['work', '--no-scheduler'],
    ['work', '--once'],
    ['dev', '--no-watch', '--port', '0'],
    ['dashboard'],
    ['stats', '--watch'],
  ])('ends in order at a signal as early as its first output: %s %s', async (...args) => {
    const folder = await makeProject();
    await writeFile(join(folder, 'jobs.config.ts'), CONFIG);
    const child = start(folder, ...args);
    const ended = textOf(child);
    const signal = (): void => void child.kill('SIGTERM');
    child.stderr?.once('data', signal);
    expect(await ended).toMatchObject({ code: 0 });
  });

  test('ends in order at a signal upon its first word of working', async () => {
    const folder = await makeProject();
    await writeFile(join(folder, 'jobs.config.ts'), CONFIG);
    for (const once of [[], ['--once']]) {
      const child = start(folder, 'work', ...once);
      let isSent = false;
      child.stderr?.on('data', (chunk) => {
        // A second signal would end the process by force.
        if (isSent || !String(chunk).includes('Working on')) return;
        isSent = true;
        child.kill('SIGTERM');
      });
      expect(await textOf(child)).toMatchObject({ code: 0 });
    }
  });

  // A request travels with the heartbeat of the worker.
  test('ends with code 0 once an operator has ended its worker', async () => {
    const asked = ['stop', 'quiet'] as const;
    await Promise.all(
      asked.map(async (request) => {
        const folder = await makeProject();
        const config = CONFIG.replace("name: 'work'", `name: '${request}'`);
        await writeFile(join(folder, 'jobs.config.ts'), config);
        const queue = createQueue({ name: request, redis: server.url, jobs: [slow] });
        onTestFinished(() => queue.close());
        const ended = textOf(start(folder, 'work'));
        const workers = async (): Promise<void> => expect(await queue.getWorkers()).toHaveLength(1);
        await vi.waitFor(workers, { timeout: 120_000 });
        const [worker] = await queue.getWorkers();
        const { id } = await queue.enqueue(slow, 2000);
        await vi.waitFor(() => expect(existsSync(join(folder, 'ran.txt'))).toBe(true), 120_000);
        await queue.askWorker(worker?.id ?? '', request);
        expect(await ended).toMatchObject({ code: 0 });
        expect((await queue.getJob(id))?.status).toBe('completed');
        expect(await queue.getWorkers()).toEqual([]);
      }),
    );
  });

  test('lets go of what it asked for before it ends: no trouble is logged of a schedule that was run', async () => {
    const folder = await makeProject();
    await writeFile(join(folder, 'jobs.config.ts'), CONFIG);
    const queue = createQueue({ name: 'work', redis: server.url, jobs: [slow] });
    const scheduler = new Scheduler(queue);
    onTestFinished(async () => {
      await scheduler.remove('slow');
      await queue.clear();
      await queue.close();
    });
    await scheduler.schedule(slow, { cron: '0 9 * * *', payload: 1 });
    const child = start(folder, 'schedules', 'run', 'slow');
    let told = '';
    child.stderr?.on('data', (chunk) => {
      told += String(chunk);
    });
    expect(await textOf(child)).toMatchObject({ code: 0 });
    expect(told).not.toMatch(/error/i);
  });

  test('prints JSON and nothing else on stdout, whatever the configuration prints', async () => {
    const folder = await makeProject();
    await writeFile(join(folder, 'jobs.config.ts'), CONFIG);
    const { code, stdout } = await textOf(start(folder, '--json', 'stats'));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([{ queue: 'work' }]);
  });

  test('develops: works, serves the dashboard, and restarts when a file changes', async () => {
    const folder = await makeProject();
    await writeFile(join(folder, 'jobs.config.ts'), CONFIG);
    const child = start(folder, '--json', 'dev', '--port', '0');
    const urls: string[] = [];
    child.stdout?.on('data', (chunk) => {
      for (const line of String(chunk).trim().split('\n')) urls.push(JSON.parse(line).url);
    });
    await vi.waitFor(() => expect(urls).toHaveLength(1), { timeout: 120_000 });
    const page = await fetch(urls[0] ?? '', { redirect: 'manual' });
    const cookie = page.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
    expect(cookie).not.toBe('');
    await writeFile(join(folder, 'jobs.config.ts'), `${CONFIG}\n// changed\n`);
    // One write may be seen as two changes, and so restart it twice.
    await vi.waitFor(() => expect(urls.length).toBeGreaterThan(1), { timeout: 120_000 });
    // The page that is open goes on: a saved file must not sign its reader out.
    await vi.waitFor(async () => {
      const again = await fetch(new URL('/', urls.at(-1)), { headers: { cookie } });
      expect(again.status).toBe(200);
    }, 120_000);
    expect((await fetch(new URL('/', urls.at(-1)))).status).toBe(401);
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    expect(await closed).toEqual([0, null]);
  });

  test('develops in memory although its supervisor is late to say who is signed in', async () => {
    const folder = await makeProject();
    await writeFile(join(folder, 'jobs.config.ts'), CONFIG);
    const { REDIS_URL: _, DATABASE_URL: __, ...env } = process.env;
    const child = spawn(process.execPath, [MAIN, 'dev', '--port', '0', '--supervised'], {
      ...{ cwd: folder, env },
      stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
    });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    const exited = once(child, 'exit');
    const [out, told] = [printedBy(child.stdout), printedBy(child.stderr)];
    await vi.waitFor(() => expect(told.join('')).toContain('in memory'), 120_000);
    // Nothing but its supervisor keeps it alive meanwhile.
    await Promise.race([exited, new Promise((resolve) => setTimeout(resolve, 500))]);
    expect(child.exitCode).toBe(null);
    child.send('a-secret-of-more-than-thirty-two-characters');
    await vi.waitFor(() => expect(out.join('')).toContain('The dashboard is at'), 120_000);
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });

  test('does not promise to develop further when it was called wrongly', async () => {
    const folder = await makeProject();
    await writeFile(join(folder, 'jobs.config.ts'), CONFIG);
    const child = start(folder, 'dev', '--queue', 'other');
    let told = '';
    child.stderr?.on('data', (chunk) => {
      told += String(chunk);
    });
    expect(await textOf(child)).toMatchObject({ code: 2 });
    expect(told).toContain('no queue `other`');
    expect(told).not.toContain('starts again');
  });

  test('develops in one process, also when a file changes while the one before still ends', async () => {
    const folder = await makeProject();
    const file = join(folder, 'jobs.config.ts');
    const config = CONFIG.replace("'work'", "'saved'");
    await writeFile(file, config);
    const child = start(folder, 'dev', '--port', '0');
    let told = '';
    child.stderr?.on('data', (chunk) => {
      told += String(chunk);
    });
    const queue = createQueue({ name: 'saved', redis: server.url, jobs: [slow] });
    onTestFinished(() => queue.close());
    // Its process takes 2 s to end, as this job still runs then.
    await queue.enqueue(slow, 60_000);
    await vi.waitFor(() => expect(existsSync(join(folder, 'ran.txt'))).toBe(true), 120_000);
    const [first] = childrenOf(child);
    const restarts = (): number => told.split('restarts').length - 1;
    for (const change of [1, 2]) {
      const before = restarts();
      await writeFile(file, `${config}\n// ${change}\n`);
      // One write may be seen as two changes.
      await vi.waitFor(() => expect(restarts()).toBeGreaterThan(before), 120_000);
    }
    const next = await vi.waitFor(() => {
      const running = childrenOf(child);
      expect(running[0] ?? first).not.toBe(first);
      return running;
    }, 120_000);
    expect(next).toHaveLength(1);
  });

  test('serves a dashboard on which a first job is enqueued by the form of its schema', async () => {
    const folder = await makeProject();
    const schema = `{ '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }), jsonSchema: {
      input: () => ({ type: 'object', properties: { to: { type: 'string', title: 'Recipient' } } }) } } }`;
    const greet = `, defineJob({ name: 'greet', schema: ${schema}, handler: () => undefined })`;
    const config = CONFIG.replace('jobs: [slow', `jobs: [slow${greet}`).replace(
      "'work'",
      "'first'",
    );
    await writeFile(join(folder, 'jobs.config.ts'), config);
    const child = start(folder, '--json', 'dashboard');
    const [chunk] = (await once(child.stdout ?? child, 'data')) as [Buffer];
    const { url } = JSON.parse(String(chunk)) as { url: string };
    const door = await fetch(url, { redirect: 'manual' });
    const cookie = door.headers.get('set-cookie')?.split(';')[0] ?? '';
    const { origin } = new URL(url);
    const page = await fetch(`${origin}/-/enqueue?queue=first&name=greet`, { headers: { cookie } });
    expect(await page.text()).toContain('Recipient');
    const enqueued = await fetch(`${origin}/-/do/enqueue`, {
      method: 'POST',
      headers: { cookie, origin, 'content-type': 'application/json' },
      body: JSON.stringify({ queue: 'first', name: 'greet', payload: '{"to":"Ada"}' }),
    });
    expect(enqueued.status).toBe(200);
    const queue = createQueue({ name: 'first', redis: server.url });
    onTestFinished(() => queue.close());
    expect((await queue.getJobs()).jobs).toMatchObject([{ name: 'greet', payload: { to: 'Ada' } }]);
  });

  test('serves the dashboard to those who have its address, and to no others', async () => {
    const folder = await makeProject();
    await writeFile(join(folder, 'jobs.config.ts'), CONFIG);
    const child = start(folder, '--json', 'dashboard', '--read-only');
    const [chunk] = (await once(child.stdout ?? child, 'data')) as [Buffer];
    const { url } = JSON.parse(String(chunk)) as { url: string };
    expect((await fetch(new URL('/', url))).status).toBe(401);
    const page = await fetch(url, { redirect: 'manual' });
    const cookie = page.headers.get('set-cookie')?.split(';')[0] ?? '';
    const shown = await fetch(new URL('/', url), { headers: { cookie } });
    expect(shown.status).toBe(200);
    expect(await shown.text()).toContain('work');
    const closed = once(child, 'close');
    child.kill('SIGINT');
    expect(await closed).toEqual([0, null]);
  });
});
