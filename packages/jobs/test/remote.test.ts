import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createQueue as createRemoteQueue, type RemoteQueue } from '@philjs/jobs-remote';
import { createRemote, type Role } from '@philjs/jobs-remote/server';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  createDashboard,
  createQueue,
  defineJob,
  Monitor,
  type Queue,
  Scheduler,
  toNodeHandler,
} from '../src/index.ts';
import { type CliAnswer, callCli, jsonOf, makeProject } from './cli-trial.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const greet = defineJob({ name: 'greet', handler: (name: string) => `Hello, ${name}` });
const secretOf = (role: string): string => `the-secret-of-${role}`.padEnd(30, '-');
const ROLES: readonly Role[] = ['produce', 'read', 'work', 'operate'];

const CONFIG = `
import { createQueue, defineConfig, defineJob } from '@philjs/jobs';
const greet = defineJob({ name: 'greet', handler: (name: string) => 'Hello, ' + name });
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
export default defineConfig({ queues: [createQueue({ jobs: [greet], logger: quiet })] });
`;

interface Served {
  readonly cwd: string;
  readonly url: string;
  readonly store: Queue;
}

/** Serves a SQLite file over a socket, with a token for each role and one for all. */
async function serve(): Promise<Served> {
  const cwd = await makeProject();
  const store = createQueue({ path: join(cwd, 'jobs.sqlite'), jobs: [greet], logger: quiet });
  const tokens = ROLES.map((role) => ({ name: role, secret: secretOf(role), roles: [role] }));
  const several = [
    { name: 'all', secret: secretOf('all'), roles: ROLES },
    { name: 'drain', secret: secretOf('drain'), roles: ['work', 'read'] },
  ] as const;
  const remote = createRemote(store, { tokens: [...tokens, ...several] });
  const server = createServer(toNodeHandler(remote)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    await remote.close();
    server.closeAllConnections();
    server.close();
    await store.close();
  });
  return { cwd, store, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Calls a command with the token of a role. */
function call({ cwd, url }: Served, role: string, ...args: string[]): Promise<CliAnswer> {
  const env = { PHILJS_JOBS_TOKEN: secretOf(role) };
  return callCli(['--json', '--remote', url, ...args], { cwd, env });
}

function clientOf({ url }: Served, role: string): RemoteQueue {
  const queue = createRemoteQueue({ url, token: secretOf(role), logger: quiet });
  onTestFinished(() => queue.close({ timeout: 0 }));
  return queue;
}

describe('the command line with --remote', () => {
  test('stores, runs, lists and shows the jobs of a server, each with the role for it', async () => {
    const served = await serve();
    await writeFile(join(served.cwd, 'jobs.config.ts'), CONFIG);
    jsonOf(await call(served, 'produce', 'enqueue', 'greet', '--data', '"Ada"', '--id', 'one'));
    // To end when nothing is left, a worker reads counts.
    expect(await call(served, 'drain', 'work', '--once')).toMatchObject({ code: 0 });
    expect(jsonOf(await call(served, 'read', 'show', 'one'))).toMatchObject({
      result: 'Hello, Ada',
    });
    expect(jsonOf(await call(served, 'read', 'list'))).toMatchObject({
      jobs: [{ id: 'one', status: 'completed' }],
    });
    expect(await call(served, 'read', 'remove', 'one', '--yes')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('JOBS_FORBIDDEN'),
    });
    expect(await call(served, 'operate', 'remove', 'one', '--yes')).toMatchObject({ code: 0 });
    expect(await served.store.getJob('one')).toBe(undefined);
  });

  test('examines a server, with a token that only reads', async () => {
    const served = await serve();
    expect(jsonOf(await call(served, 'read', 'doctor'))).toContainEqual(
      expect.objectContaining({
        check: 'store',
        ok: true,
        found: expect.stringContaining('remote'),
      }),
    );
  });

  test('copies from a file to a server, and back to another file', async () => {
    const served = await serve();
    const [from, to] = ['old', 'new'].map((name) => join(served.cwd, `${name}.sqlite`));
    const old = createQueue({ path: from, jobs: [greet], logger: quiet });
    await old.enqueue(greet, 'Ada', { jobId: 'first', priority: 3, tags: ['t'] });
    await old.enqueue(greet, 'Bob', { jobId: 'later', delay: 3_600_000 });
    await new Scheduler(old).schedule(greet, { cron: '0 9 * * *', payload: 'all', id: 'daily' });
    await old.close();
    const env = { PHILJS_JOBS_TOKEN: secretOf('operate') };
    const copy = async (...args: string[]): Promise<unknown> =>
      jsonOf(await callCli(['--json', 'copy', '--yes', ...args], { cwd: served.cwd, env }));
    const complete = { complete: true };
    expect(await copy('--from', `sqlite:${from}`, '--to', served.url)).toMatchObject(complete);
    const first = { payload: 'Ada', priority: 3, tags: ['t'], status: 'waiting' };
    expect(await served.store.getJob('first')).toMatchObject(first);
    expect(await copy('--from', served.url, '--to', `sqlite:${to}`)).toMatchObject(complete);
    const copied = createQueue({ path: to, logger: quiet });
    onTestFinished(() => copied.close());
    expect(await copied.getJob('first')).toMatchObject(first);
    expect(await copied.getJob('later')).toMatchObject({ status: 'delayed' });
    expect(await new Scheduler(copied).getAllScheduledJobs()).toMatchObject([{ id: 'daily' }]);
  });

  test('reads the token from a file, and goes over what the environment says', async () => {
    const { cwd, url } = await serve();
    await writeFile(join(cwd, 'token'), `${secretOf('read')}\n`);
    const args = ['--json', '--remote', url, '--token-file', join(cwd, 'token'), 'stats'];
    const env = { PHILJS_JOBS_TOKEN: 'another', REDIS_URL: 'redis://127.0.0.1:1' };
    expect(jsonOf(await callCli(args, { cwd, env }))).toMatchObject([{ queue: 'default' }]);
  });

  test('leaves a server that the environment names for the store of another flag', async () => {
    const { cwd, url } = await serve();
    const env = { PHILJS_JOBS_URL: url, PHILJS_JOBS_TOKEN: secretOf('read') };
    const store = ['--database', `sqlite:${join(cwd, 'other.sqlite')}`];
    expect(jsonOf(await callCli(['--json', ...store, 'pause'], { cwd, env }))).toBeDefined();
    expect(await callCli(['pause'], { cwd, env })).toMatchObject({ code: 1 });
  });

  test.each([
    ['two stores', ['--remote', 'http://localhost:1', '--redis', 'redis://localhost:1'], '--redis'],
    ['an address that is none', ['--remote', 'localhost:8080'], 'https:'],
    ['a server without a token', ['--remote', 'http://localhost:1'], 'PHILJS_JOBS_TOKEN'],
    ['a file that is not there', ['--token-file', 'none', '--remote', 'http://a'], '--token-file'],
    [
      'a file of other things',
      ['--token-file', 'jobs.txt', '--remote', 'http://a'],
      '--token-file',
    ],
  ])('refuses %s', async (_, args, expected) => {
    const cwd = await makeProject();
    await writeFile(join(cwd, 'jobs.txt'), 'hush-hush and more');
    const path = args.map((arg) => (arg === 'jobs.txt' ? join(cwd, arg) : arg));
    const answer = await callCli([...path, 'stats'], { cwd });
    expect(answer).toMatchObject({ code: 2, stderr: expect.stringContaining(expected) });
    expect(answer.stderr).not.toContain('hush-hush');
  });
});

describe('over a queue on a server', () => {
  test('the dashboard lists jobs, and retries them', async () => {
    const served = await serve();
    const { id } = await served.store.enqueue(greet, 'Ada', { tags: ['seen'] });
    await served.store.cancelJob(id);
    const monitor = new Monitor(clientOf(served, 'all'));
    const dashboard = createDashboard(monitor, { auth: 'none', permissions: ['read'] });
    onTestFinished(() => dashboard.close());
    const page = await dashboard.fetch(new Request('http://localhost/-/jobs?q=status:cancelled'));
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining(id)]);
    expect(await monitor.retryJob(id)).toBe(true);
  });

  test('Prometheus reads the same figures as from its store', async () => {
    const served = await serve();
    await served.store.process();
    await served.store.waitFor(await served.store.enqueue(greet, 'Ada'));
    await served.store.enqueue(greet, 'Bob', { delay: 3_600_000 });
    await served.store.stop();
    const pages = await Promise.all(
      [served.store, clientOf(served, 'read')].map((queue) => new Monitor(queue).prometheus()),
    );
    const [own, remote] = pages.map((page) =>
      page.split('\n').filter((line) => /delayed/.test(line)),
    );
    expect(own?.length).toBeGreaterThan(0);
    expect(remote).toEqual(own);
  });
});
