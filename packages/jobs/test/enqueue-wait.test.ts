import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineJob, JobsError } from '@philjs/jobs-core';
import { RedisServer } from '@philjs/jobs-faults';
import { createQueue } from '@philjs/jobs-redis';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { makeProject } from './cli-trial.ts';
import { severalQueues } from './several-queues.ts';

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const MEMORY = `
import { createQueue, defineConfig, defineJob } from '@philjs/jobs';
const greet = defineJob({ name: 'greet', handler: () => 1 });
export default defineConfig({ queues: [createQueue({ jobs: [greet] })] });
`;

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

async function run(config: string, ...args: string[]) {
  const cwd = await makeProject();
  await writeFile(join(cwd, 'jobs.config.ts'), config);
  const env = { ...process.env, REDIS_URL: '' };
  return spawnSync(process.execPath, [MAIN, ...args], { cwd, env, encoding: 'utf8' });
}

test.each(['--wait', '--json'])(
  'refuses to store what ends with the command: enqueue %s',
  async (flag) => {
    const { status, stdout, stderr } = await run(MEMORY, 'enqueue', 'greet', flag);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/memory.*REDIS_URL.*DATABASE_URL.*postgres:.*sqlite:/s);
  },
);

test('says so when what it waits for can never come', async () => {
  const { status, stderr } = await run('await new Promise(() => {});', 'stats');
  expect(status).toBe(1);
  expect(stderr).toContain('jobs.config');
});

test('says that no worker runs what it waits for, and gives up in time', async () => {
  const { mails, files, cli } = await severalQueues(server);
  const data = ['--data', '{"name":"Ada"}', '--queue', 'mails'];
  const began = Date.now();
  const alone = await cli('enqueue', 'greet', ...data, '--wait', '--timeout', '300ms');
  expect([alone.code, alone.stdout]).toEqual([1, '']);
  expect(alone.stderr).toMatch(/No worker of mails knows greet[\s\S]*JOBS_TIMEOUT/);
  expect(Date.now() - began).toBeGreaterThanOrEqual(300);
  await files.process();
  await mails.process();
  const served = await cli('enqueue', 'greet', ...data, '--wait', '--timeout', '20s');
  expect(served).toMatchObject({ code: 0, stdout: '"Hello, Ada"\n' });
  expect(served.stderr).not.toContain('No worker');
  expect((await cli('enqueue', 'greet', ...data, '--timeout', '1s')).code).toBe(2);
});

test('prints no control character of an error that a job ends with', async () => {
  const { cli } = await severalQueues(server);
  const handler = (): never => {
    throw new Error('no x\u001b]0;title\u0007\u009b2J');
  };
  const jobs = [defineJob({ name: 'greet', attempts: 1, handler })];
  const mails = createQueue({ name: 'mails', redis: server.url, jobs });
  onTestFinished(() => mails.close());
  await mails.process();
  const data = ['--data', '{"name":"Ada"}', '--queue', 'mails', '--wait'];
  const failed = await cli('enqueue', 'greet', ...data);
  expect(failed.code).toBe(1);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(failed.stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  expect(failed.stderr).toContain('no x\\u001b]0;title\\u0007\\u009b2J');
});

test('says in a line how the job failed, which is no mistake of the call', async () => {
  const { cli } = await severalQueues(server);
  const errors = [
    new RangeError('no such currency'),
    new JobsError('JOBS_INVALID_ARGUMENT', 'Expected another', { details: { field: 'delay' } }),
    new JobsError('JOBS_BACKEND_UNAVAILABLE', 'Another store is away'),
  ];
  const handler = (): never => {
    throw errors[0];
  };
  const jobs = [defineJob({ name: 'greet', attempts: 1, handler })];
  const mails = createQueue({ name: 'mails', redis: server.url, jobs });
  onTestFinished(() => mails.close());
  await mails.process();
  const data = ['--data', '{"name":"Ada"}', '--queue', 'mails', '--wait', '--id'];
  for (const [id, said] of [
    ['range', 'RangeError: no such currency'],
    ['argument', 'JOBS_INVALID_ARGUMENT: Expected another'],
    ['away', 'JOBS_BACKEND_UNAVAILABLE: Another store is away'],
  ] as const) {
    const failed = await cli('enqueue', 'greet', ...data, id);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain(
      `${said}\nThat is how the job ended; \`philjs-jobs show ${id}\``,
    );
    expect(failed.stderr).not.toMatch(/^ +at /m);
    const json = await cli('enqueue', 'greet', ...data, `${id}-json`, '--json');
    const code = said.startsWith('JOBS_') ? said.split(':')[0] : undefined;
    const last = json.stderr.trim().split('\n').at(-1) ?? '';
    expect(JSON.parse(last)).toEqual({ error: { code, message: said.split(': ')[1] } });
    errors.shift();
  }
});

test('masks what the schema of the worker says of a payload', async () => {
  const { cli } = await severalQueues(server);
  const schema = {
    '~standard': {
      version: 1 as const,
      vendor: 'test',
      validate: (value: unknown) => ({ issues: [{ message: `was ${JSON.stringify(value)}` }] }),
      types: undefined as { input: unknown; output: unknown } | undefined,
    },
  };
  const jobs = [defineJob({ name: 'greet', attempts: 1, schema, handler: () => 1 })];
  const mails = createQueue({ name: 'mails', redis: server.url, jobs });
  onTestFinished(() => mails.close());
  await mails.process();
  const data = ['--data', '{"name":"Ada","token":"hunter2hunter2"}', '--queue', 'mails'];
  for (const flags of [[], ['--json']]) {
    const failed = await cli('enqueue', 'greet', ...data, '--wait', ...flags);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(/JOBS_INVALID_PAYLOAD.*Ada.*\[redacted\]/s);
    expect(failed.stderr).not.toContain('hunter2hunter2');
  }
  const revealed = await cli('enqueue', 'greet', ...data, '--wait', '--reveal');
  expect(revealed.stderr).toContain('hunter2hunter2');
});
