import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineJob } from '@philjs/jobs-core';
import { freePort, RedisServer } from '@philjs/jobs-faults';
import { Scheduler } from '@philjs/jobs-scheduler';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type CliAnswer, callCli, jsonOf } from './cli-trial.ts';
import { CONFIG, greet, greetQueue, makeGreetProject } from './greet-project.ts';

let server: RedisServer;
let folder: string;

beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

async function project(): Promise<string> {
  folder = await makeGreetProject();
  return folder;
}

function queueOf(concurrency = 1): ReturnType<typeof greetQueue> {
  return greetQueue(server.url, concurrency);
}

async function cli(...args: string[]): Promise<CliAnswer> {
  return callCli(args, { cwd: folder, redisUrl: server.url });
}

async function cliJson(...args: string[]): Promise<unknown> {
  return jsonOf(await cli('--json', ...args));
}

describe('philjs-jobs', () => {
  test('stores a job, runs what is ready, and shows what became of it', async () => {
    await project();
    const stored = await cli('enqueue', 'greet', '--data', '{"name":"Ada"}', '--id', 'cli:1');
    expect(stored).toMatchObject({ code: 0 });
    expect(stored.stdout).toContain('cli:1');
    expect(await cliJson('list', 'status:waiting')).toMatchObject({ jobs: [{ id: 'cli:1' }] });
    expect(await cli('work', '--once', '--no-scheduler')).toMatchObject({ code: 0 });
    expect(await cliJson('show', 'cli:1')).toMatchObject({
      status: 'completed',
      result: 'Hello, Ada',
      explanation: { summary: 'It has completed.' },
    });
    const logs = await cli('logs', 'cli:1');
    expect(logs.stdout).toContain('greeting Ada');
    expect((await cli('show', 'cli:1')).stdout).toContain('completed');
    expect(await cliJson('remove', 'cli:1')).toMatchObject({ changed: 1 });
    expect(await cli('show', 'cli:1')).toMatchObject({ code: 1, stdout: '' });
  });

  test('shows a long payload whole as JSON, and stores none that is cut', async () => {
    await project();
    const name = 'x'.repeat(200_000);
    const many = Array.from({ length: 20_000 }, (_, index) => index);
    const payload = { name, many, password: 'hunter2' };
    await writeFile(join(folder, 'long.json'), JSON.stringify(payload));
    const later = ['--id', 'cli:long', '--delay', '1h'];
    await cli('enqueue', 'greet', '--data', `@${join(folder, 'long.json')}`, ...later);
    const shown = (await cliJson('show', 'cli:long')) as { payload: object };
    expect(shown.payload).toEqual({ name, many, password: expect.not.stringContaining('hunter2') });
    const listed = (await cliJson('list', 'id:cli:long')) as { jobs: { payload: object }[] };
    const cut = { ...listed.jobs[0]?.payload, password: 'hunter3' };
    for (const data of [cut, { ...cut, many }, { ...cut, name }]) {
      await writeFile(join(folder, 'cut.json'), JSON.stringify(data));
      const refused = await cli('update', 'cli:long', '--data', `@${join(folder, 'cut.json')}`);
      expect(refused).toMatchObject({ code: 2, stdout: '' });
    }
    expect(await queueOf().getJob('cli:long')).toMatchObject({ payload });
    const edited = { ...shown.payload, password: 'hunter3' };
    await writeFile(join(folder, 'whole.json'), JSON.stringify(edited));
    expect(
      await cli('update', 'cli:long', '--data', `@${join(folder, 'whole.json')}`),
    ).toMatchObject({ code: 0 });
    expect(await queueOf().getJob('cli:long')).toMatchObject({ payload: { ...edited, many } });
  });

  test('reads a payload from a file and from stdin, and waits for a result', async () => {
    await project();
    const queue = queueOf();
    await queue.process();
    await writeFile(join(folder, 'payload.json'), '{"name":"File"}');
    const file = await cli(
      'enqueue',
      'greet',
      '--data',
      `@${join(folder, 'payload.json')}`,
      '--wait',
    );
    expect(file.stdout).toContain('Hello, File');
    const input = await callCli(['enqueue', 'greet', '--data', '-', '--wait', '--json'], {
      cwd: folder,
      redisUrl: server.url,
      input: '{"name":"Stdin"}',
    });
    expect(JSON.parse(input.stdout)).toBe('Hello, Stdin');
  });

  test('retries, promotes and cancels by id and by search, counting first', async () => {
    await project();
    const queue = queueOf(5);
    await queue.enqueueMany(
      ['', '', ''].map((name, n) => ({
        job: greet,
        payload: { name },
        options: { jobId: `bad${n}` },
      })),
    );
    const failed = new Promise<void>((resolve) => {
      let left = 3;
      queue.on('failed', () => {
        left -= 1;
        if (left === 0) resolve();
      });
    });
    await queue.process();
    await failed;
    await queue.stop();
    const listed = await cli('list', 'error:"nobody to greet"');
    expect(listed.stdout).toContain('bad2');
    expect(listed.stdout).not.toContain('\u001b[2J');
    expect(await cliJson('retry', '--search', 'status:failed', '--dry-run')).toEqual({
      matched: 3,
    });
    expect(await cli('retry', '--search', 'status:failed')).toMatchObject({ code: 2 });
    expect(await cliJson('retry', 'bad0')).toMatchObject({ changed: 1 });
    expect(await cliJson('retry', '--search', 'status:failed', '--yes')).toMatchObject({
      matched: 2,
      changed: 2,
    });
    expect(await cli('retry', 'bad0')).toMatchObject({ code: 1 });
    await queue.enqueue(greet, { name: 'later' }, { jobId: 'later', delay: 3_600_000 });
    expect(await cliJson('promote', 'later')).toMatchObject({ changed: 1 });
    expect(await cliJson('cancel', 'later', '--reason', 'not wanted')).toMatchObject({
      changed: 1,
    });
    expect(await cliJson('show', 'later')).toMatchObject({ error: { code: 'JOBS_CANCELLED' } });
    expect((await cli('list', 'status:cancelled')).stdout).toContain('later');
    expect(await cliJson('stats')).toMatchObject([{ cancelled: 1, failed: 0 }]);
    expect(await cliJson('retry', '--search', 'name:greet', '--dry-run')).toEqual({ matched: 0 });
    expect(await cliJson('retry', 'later')).toMatchObject({ changed: 1 });
    expect(await cli('cancel', 'nowhere')).toMatchObject({ code: 1 });
    expect(await cliJson('remove', '--search', 'name:greet', '--yes')).toMatchObject({
      failures: [],
    });
  });

  test('changes a job that waits, runs a completed one again, acknowledges failures, pauses one type', async () => {
    await project();
    const queue = queueOf();
    await queue.clear();
    await queue.enqueue(greet, { name: 'ada' }, { jobId: 'waits', delay: 3_600_000 });
    expect(await cliJson('update', 'waits', '--data', '{"name":"bob"}', '--priority', '4')).toEqual(
      { updated: 'waits' },
    );
    expect(await queue.getJob('waits')).toMatchObject({ payload: { name: 'bob' }, priority: 4 });
    expect(await cli('update', 'waits')).toMatchObject({ code: 2 });
    expect(await cli('update', 'nobody', '--priority', '1')).toMatchObject({ code: 1 });
    await cliJson('update', 'waits', '--delay', '0');
    await queue.enqueue(greet, { name: '' }, { jobId: 'fails' });
    await queue.process();
    await queue.waitFor('waits');
    await queue.waitFor('fails').catch(() => undefined);
    await queue.stop();
    expect(await cli('update', 'waits', '--priority', '1')).toMatchObject({ code: 1 });
    expect(await cliJson('rerun', 'waits')).toMatchObject({ changed: 1 });
    expect(await cli('rerun', 'fails')).toMatchObject({ code: 1 });
    expect(await queue.getStats()).toMatchObject({ waiting: 1, completed: 1 });
    expect(await cliJson('acknowledge', '--all', '--yes')).toMatchObject({ changed: 1 });
    expect((await queue.getJob('fails'))?.metadata).toHaveProperty('acknowledgedAt');
    expect(await cli('acknowledge', 'waits')).toMatchObject({ code: 1 });
    if (queue.backend.limits === undefined) return;
    expect(await cliJson('pause', '--job', 'greet')).toEqual({ paused: ['default'], job: 'greet' });
    expect((await queue.getLimits('greet')).paused).toBe(true);
    await cliJson('resume', '--job', 'greet');
  });

  test('follows a log until its job has ended', async () => {
    await project();
    const chatty = defineJob({
      name: 'chatty',
      handler: async (_payload: undefined, ctx) => {
        ctx.log('first');
        await new Promise((resolve) => setTimeout(resolve, 700));
        ctx.log('last');
      },
    });
    const queue = queueOf();
    const job = await queue.enqueue(chatty);
    await queue.process();
    const { stdout } = await cli('logs', '-f', job.id);
    expect(stdout.indexOf('first')).toBeGreaterThanOrEqual(0);
    expect(stdout.indexOf('last')).toBeGreaterThan(stdout.indexOf('first'));
  });

  test('counts again and again until it is interrupted', async () => {
    await project();
    let isInterrupted = false;
    const { code } = await callCli(['--json', 'stats', '--watch', '--every', '100ms'], {
      cwd: folder,
      redisUrl: server.url,
      onPrint: (text) => {
        if (isInterrupted || text.split('"queue"').length < 4) return;
        isInterrupted = true;
        process.emit('SIGINT');
      },
    });
    expect({ code, isInterrupted }).toEqual({ code: 0, isInterrupted: true });
  });

  test('works until it is stopped, with schedules and probes, on the queues it is given', async () => {
    await project();
    const port = await freePort();
    const working = cli(
      'work',
      '--queues',
      'default:7',
      '--probe-port',
      String(port),
      '--timeout',
      '1s',
    );
    const get = async (path: string): Promise<number> =>
      (await fetch(`http://127.0.0.1:${port}${path}`)).status;
    await vi.waitFor(async () => expect(await get('/healthz')).toBe(200), { timeout: 120_000 });
    expect([await get('/readyz'), await get('/')]).toEqual([200, 404]);
    const queue = queueOf();
    expect(await queue.waitFor(await queue.enqueue(greet, { name: 'Ada' }))).toBe('Hello, Ada');
    expect(await queue.getWorkers()).toMatchObject([{ concurrency: 7 }]);
    process.emit('SIGTERM');
    expect(await working).toMatchObject({ code: 0 });
  });

  test.each([
    ['dashboard', 'SIGINT'],
    ['dev', 'SIGTERM'],
  ] as const)('serves the dashboard until it is stopped: %s', async (command, signal) => {
    await project();
    const port = await freePort();
    const args = command === 'dev' ? ['dev', '--no-watch'] : ['dashboard', '--read-only'];
    const serving = cli('--json', ...args, '--port', String(port));
    const status = async (): Promise<number> => (await fetch(`http://127.0.0.1:${port}/`)).status;
    await vi.waitFor(async () => expect(await status()).toBe(401), { timeout: 120_000 });
    if (command === 'dev') {
      const queue = queueOf();
      expect(await queue.waitFor(await queue.enqueue(greet, { name: 'Dev' }))).toBe('Hello, Dev');
    }
    process.emit(signal);
    const { code, stdout } = await serving;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ url: expect.stringContaining(`:${port}/?token=`) });
  });

  test('restarts what it develops when a file changes, and says when that ended by itself', async () => {
    await project();
    const port = await freePort();
    const serving = cli('dev', '--port', String(port));
    const status = async (): Promise<number> => (await fetch(`http://127.0.0.1:${port}/`)).status;
    await vi.waitFor(async () => expect(await status()).toBe(401), { timeout: 120_000 });
    const broken = `
      import { writeFileSync } from 'node:fs';
      writeFileSync('broken.pid', String(process.pid));
      throw new Error('not finished yet');
    `;
    await writeFile(join(folder, 'jobs.config.ts'), broken);
    const isOver = async (): Promise<boolean> => {
      const pid = Number(await readFile(join(folder, 'broken.pid'), 'utf8'));
      try {
        return !process.kill(pid, 0);
      } catch {
        return true;
      }
    };
    await vi.waitFor(async () => expect(await isOver()).toBe(true), { timeout: 120_000 });
    await writeFile(join(folder, 'jobs.config.ts'), `${CONFIG}\n// mended\n`);
    await vi.waitFor(async () => expect(await status()).toBe(401), { timeout: 120_000 });
    process.emit('SIGTERM');
    const { code, stderr } = await serving;
    expect(code).toBe(0);
    expect(stderr).toMatch(/changed: restarts[\s\S]*ended with code 1[\s\S]*changed: restarts/);
    await expect(status()).rejects.toThrow();
  });

  test('of several jobs says which it could not change, and why', async () => {
    await project();
    const queue = queueOf();
    await queue.enqueue(greet, { name: 'later' }, { jobId: 'one', delay: 3_600_000 });
    const { code, stdout } = await cli('promote', 'one', 'two');
    expect(code).toBe(1);
    expect(stdout).toMatch(/1 of 2 jobs promoted\n {2}two: .*two/);
    await queue.clear();
  });

  test('counts, pauses and resumes', async () => {
    await project();
    expect(await cliJson('pause')).toEqual({ paused: ['default'] });
    expect(await cliJson('stats')).toMatchObject([{ queue: 'default', paused: true }]);
    expect((await cli('stats')).stdout).toContain('paused');
    expect(await cliJson('resume')).toEqual({ resumed: ['default'] });
  });

  test('lists schedules, previews, fires, pauses, resumes and backfills them', async () => {
    await project();
    const queue = queueOf();
    const scheduler = new Scheduler(queue);
    await scheduler.schedule(greet, { cron: '0 9 * * *', timezone: 'UTC', payload: { name: 'x' } });
    expect(await cliJson('schedules', 'list')).toMatchObject([{ id: 'greet', cron: '0 9 * * *' }]);
    expect(await cliJson('schedules', 'next', 'greet', '-n', '2')).toHaveLength(2);
    expect(await cliJson('schedules', 'run', 'greet')).toHaveProperty('jobId');
    expect(await cliJson('schedules', 'pause', 'greet', '--note', 'holiday')).toEqual({
      changed: true,
    });
    expect((await cli('schedules', 'list')).stdout).toContain('paused holiday');
    expect(await cliJson('schedules', 'resume', 'greet')).toEqual({ changed: true });
    const days = ['--from', '2026-01-01T00:00:00Z', '--to', '2026-01-03T12:00:00Z'];
    expect(await cliJson('schedules', 'backfill', 'greet', ...days)).toMatchObject({
      jobIds: [expect.any(String), expect.any(String), expect.any(String)],
    });
    await scheduler.remove('greet');
    await queue.clear();
  });

  test('examines the store, and finds jobs without a worker', async () => {
    await project();
    const healthy = await cli('doctor');
    expect(healthy.stdout).toContain('workers');
    await queueOf().enqueue(greet, { name: 'waits' });
    const sick = await cli('--json', 'doctor');
    expect(sick.code).toBe(1);
    expect(JSON.parse(sick.stdout)).toContainEqual(
      expect.objectContaining({ check: 'workers', ok: false }),
    );
    await queueOf().clear();
  });

  test('puts jobs back that are stored and in no state, and says how many', async () => {
    await project();
    const client = new Redis(server.port);
    await client.flushall(); // the queue keeps limits of earlier tests, by which its jobs would wait elsewhere
    await queueOf().enqueue(greet, { name: 'lost' }, { jobId: 'lost' });
    const [waiting = ''] = await client.keys('*:default:prioritized');
    await client.del(waiting);
    client.disconnect();
    const places = (found: string, ok: boolean) =>
      expect.objectContaining({ queue: 'default', check: 'places', ok, found });
    expect(await cliJson('list', 'id:lost')).toMatchObject({ jobs: [] });
    const found = await cli('--json', 'doctor');
    expect(found.code).toBe(1);
    expect(JSON.parse(found.stdout)).toContainEqual(
      places('1 job was in no state, or waited for what is gone; it is mended', false),
    );
    expect(await cliJson('list', 'id:lost')).toMatchObject({ jobs: [{ status: 'waiting' }] });
    const again = JSON.parse((await cli('--json', 'doctor')).stdout);
    expect(again).toContainEqual(places('each stored job has its place', true));
    await queueOf().clear();
  });
});
