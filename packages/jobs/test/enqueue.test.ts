import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callCli, makeProject } from './cli-trial.ts';

const CONFIG = `
import { createQueue, defineConfig, defineJob } from '@philjs/jobs';
const logger = { debug() {}, info() {}, warn() {}, error() {} };
const job = (name) => defineJob({ name, handler: () => 1 });
export default defineConfig({
  queues: [
    createQueue({ name: 'mails', logger, jobs: [job('greet'), job('both')] }),
    createQueue({ name: 'files', logger, jobs: [job('resize'), job('both')] }),
  ],
});
`;

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

async function project() {
  const cwd = await makeProject();
  await writeFile(join(cwd, 'jobs.config.ts'), CONFIG);
  return (...args: string[]) => callCli(['enqueue', ...args], { cwd, redisUrl: server.url });
}

test('the name of a job decides the queue where only one knows it', async () => {
  const enqueue = await project();
  expect(await enqueue('resize')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('files'),
  });
  expect(await enqueue('greet')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('mails'),
  });
  expect((await enqueue('both')).code).toBe(2);
  expect(await enqueue('both', '--queue', 'files')).toMatchObject({ code: 0 });
});

test('a number that would not be kept exactly is refused, not rounded', async () => {
  const enqueue = await project();
  const refused = await enqueue('greet', '--data', '{"id":12345678901234567890}');
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toContain('12345678901234567890');
  expect(await enqueue('greet', '--data', '{"id":"12345678901234567890","n":0.1}')).toMatchObject({
    code: 0,
  });
});

test('a mask that show prints is not written back', async () => {
  const enqueue = await project();
  const { stdout } = await enqueue('greet', '--json', '--data', '{"token":"hunter2hunter2","n":1}');
  const { id, payload } = JSON.parse(stdout);
  expect(payload.token).toBe('[redacted]');
  const cwd = await makeProject();
  await writeFile(join(cwd, 'jobs.config.ts'), CONFIG);
  const input = JSON.stringify({ ...payload, n: 2 });
  const cli = (...args: string[]) => callCli(args, { cwd, redisUrl: server.url, input });
  for (const command of [
    ['update', id],
    ['enqueue', 'greet'],
  ]) {
    const refused = await cli(...command, '--data', '-');
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/mask.*--reveal/s);
  }
  expect((await cli('show', id, '--reveal')).stdout).toContain('hunter2hunter2');
});

test('--delay of update takes the same lengths', async () => {
  const enqueue = await project();
  const { stdout } = await enqueue('greet', '--delay', '2h', '--json');
  const { id } = JSON.parse(stdout);
  const cwd = await makeProject();
  await writeFile(join(cwd, 'jobs.config.ts'), CONFIG);
  const cli = (...args: string[]) => callCli(['--json', ...args], { cwd, redisUrl: server.url });
  const before = Date.now();
  expect(await cli('update', id, '--delay', '5m')).toMatchObject({ code: 0 });
  const { runAt } = JSON.parse((await cli('show', id)).stdout);
  expect(Math.abs(Date.parse(runAt) - before - 300_000)).toBeLessThan(60_000);
});

test('--delay takes a length with a unit, and milliseconds', async () => {
  const enqueue = await project();
  for (const [delay, ms] of [
    ['5m', 300_000],
    ['250', 250],
  ] as const) {
    const { stdout } = await enqueue('greet', '--delay', delay, '--json');
    const { createdAt, runAt } = JSON.parse(stdout);
    expect(Date.parse(runAt) - Date.parse(createdAt)).toBe(ms);
  }
});

test('--tag gives a job its tags, by which list finds it', async () => {
  const cwd = await makeProject();
  await writeFile(join(cwd, 'jobs.config.ts'), CONFIG);
  const cli = (...args: string[]) => callCli([...args, '--json'], { cwd, redisUrl: server.url });
  const made = await cli('enqueue', 'resize', '--tag', 'image', '--tag', 'for ada');
  expect(JSON.parse(made.stdout)).toMatchObject({ tags: ['image', 'for ada'] });
  const { id } = JSON.parse(made.stdout);
  const found = await cli('list', 'tag:image', 'tag:"for ada"');
  expect(JSON.parse(found.stdout).jobs).toMatchObject([{ id, tags: ['image', 'for ada'] }]);
  expect(JSON.parse((await cli('list', 'tag:none')).stdout).jobs).toEqual([]);
  expect((await cli('enqueue', 'resize', '--tag', '')).code).toBe(2);
  expect((await callCli(['show', id], { cwd, redisUrl: server.url })).stdout).toContain(
    'image, for ada',
  );
});

test('--attempt-timeout limits each attempt of the job', async () => {
  const enqueue = await project();
  const { stdout } = await enqueue('greet', '--attempt-timeout', '30s', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ timeout: 30_000 });
  expect((await enqueue('greet', '--attempt-timeout', 'soon')).code).toBe(2);
});

test('--data names a file that cannot be read', async () => {
  const enqueue = await project();
  const { code, stderr } = await enqueue('greet', '--data', '@no-such-file.json');
  expect([code, stderr]).toEqual([2, expect.stringContaining('no-such-file.json')]);
});
