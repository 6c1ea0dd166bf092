import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Explanation, Job } from '@philjs/jobs-core';
import { PostgresServer, RedisServer } from '@philjs/jobs-faults';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { type CliAnswer, type CliSettings, callCli, jsonOf, makeProject } from './cli-trial.ts';

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));

const CONFIG = `
import { appendFileSync } from 'node:fs';
import { createQueue, defineConfig, defineJob } from '@philjs/jobs';
const stuck = defineJob({
  name: 'stuck',
  handler: (_: null, { jobId }) => {
    appendFileSync('started.txt', jobId + '\\n');
    return new Promise<void>(() => undefined);
  },
});
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
export default defineConfig({
  queues: [createQueue({ name: 'work', jobs: [stuck], concurrency: 3, lockDuration: 5_000, logger: quiet })],
});
`;

const patience = { timeout: 120_000, interval: 100 };

type Store = Pick<CliSettings, 'redisUrl' | 'databaseUrl'>;

let redis: RedisServer;
let postgres: PostgresServer;
beforeAll(async () => {
  [redis, postgres] = await Promise.all([RedisServer.start(), PostgresServer.start()]);
});
afterAll(() => Promise.all([redis.stop(), postgres.stop()]));

const STORES: readonly (readonly [string, (folder: string) => Store])[] = [
  ['a SQLite file', (folder) => ({ databaseUrl: `sqlite:${join(folder, 'jobs.sqlite')}` })],
  ['Redis', () => ({ redisUrl: redis.url })],
  ['PostgreSQL', () => ({ databaseUrl: postgres.url })],
];

/** Starts `philjs-jobs work` in a process of its own. */
function startWorker(cwd: string, { redisUrl, databaseUrl }: Store): ChildProcess {
  const { REDIS_URL: _, DATABASE_URL: __, ...inherited } = process.env;
  const env = {
    ...inherited,
    ...(redisUrl !== undefined && { REDIS_URL: redisUrl }),
    ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
  };
  const child = spawn(process.execPath, [MAIN, 'work'], { cwd, env, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Makes a folder whose queue has three active jobs, and kills their worker. */
async function loseJobs(storeOf: (folder: string) => Store) {
  const cwd = await makeProject();
  await writeFile(join(cwd, 'jobs.config.ts'), CONFIG);
  const settings = { cwd, ...storeOf(cwd) };
  const cli = (...args: string[]): Promise<CliAnswer> => callCli(args, settings);
  for (const id of ['a', 'b', 'c']) {
    expect(await cli('enqueue', 'stuck', '--data', 'null', '--id', id)).toMatchObject({ code: 0 });
  }
  const started = join(cwd, 'started.txt');
  const worker = startWorker(cwd, settings);
  await vi.waitUntil(
    () => existsSync(started) && readFileSync(started, 'utf8').split('\n').length === 4,
    patience,
  );
  expect(jsonOf(await cli('--json', 'show', 'a'))).toMatchObject({ lease: { hasEnded: false } });
  worker.kill('SIGKILL');
  await once(worker, 'exit');
  const shown = async (id: string): Promise<Job & { readonly explanation: Explanation }> =>
    jsonOf(await cli('--json', 'show', id)) as Job & { readonly explanation: Explanation };
  for (const id of ['a', 'b', 'c']) {
    await vi.waitUntil(async () => (await shown(id)).lease?.hasEnded === true, patience);
  }
  return { cli, shown, start: () => startWorker(cwd, settings) };
}

type Finding = { readonly check: string; readonly ok: boolean; readonly found: string };

test.each(STORES)(
  'the jobs of a worker that was killed are shown, diagnosed, ended, and taken back: %s',
  async (_, storeOf) => {
    const { cli, shown, start } = await loseJobs(storeOf);
    const { reasons } = (await shown('a')).explanation;
    expect(reasons.map(({ reason }) => reason)).toEqual(['lease-ended', 'no-worker']);
    expect((await cli('show', 'a')).stdout).toMatch(
      /It is active, but its lease (has ended|ended \d+ s ago); no worker holds it/,
    );

    const findings = async (): Promise<readonly Finding[]> =>
      JSON.parse((await cli('--json', 'doctor')).stdout);
    const sick = await findings();
    const found = (check: string) => sick.find((one) => one.check === check);
    expect(found('workers')).toMatchObject({
      ok: false,
      found: '0 alive, 0 jobs pending, 3 active',
    });
    expect(found('leases')).toMatchObject({
      ok: false,
      found: '3 active jobs whose lease has ended, 3 of them abandoned',
      fix: expect.stringContaining('philjs-jobs work'),
    });
    expect(jsonOf(await cli('--json', 'stats'))).toMatchObject([{ active: 3, workers: 0 }]);

    const refused = await cli('remove', 'a');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('cancel it first with `force`');
    const asked = await cli('cancel', 'a');
    expect([asked.code, asked.stdout.trim()]).toEqual([0, '0 of 1 job cancelled, 1 asked to stop']);
    expect((await shown('a')).status).toBe('active');
    const ended = await cli('cancel', '--force', 'a', 'b');
    expect([ended.code, ended.stdout.trim()]).toEqual([0, '2 of 2 jobs cancelled']);
    expect((await cli('remove', 'a', 'b')).stdout.trim()).toBe('2 of 2 jobs removed');

    start();
    const isBack = async (): Promise<boolean> => (await shown('c')).stalledCount > 0;
    await vi.waitUntil(isBack, patience);
    expect((await shown('c')).explanation.reasons).toMatchObject([{ reason: 'active' }]);
    const content = await findings();
    for (const check of ['workers', 'leases']) {
      expect(content.find((one) => one.check === check)).toMatchObject({ check, ok: true });
    }
    await cli('enqueue', 'stuck', '--data', 'null', '--id', 'd', '--delay', '1h');
    const mixed = ['cancel', 'c', 'd'];
    expect((await cli(...mixed)).stdout.trim()).toBe('1 of 2 jobs cancelled, 1 asked to stop');
  },
  400_000,
);
