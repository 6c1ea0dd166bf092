import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineJob } from '@philjs/jobs-core';
import { RedisServer } from '@philjs/jobs-faults';
import { createQueue } from '@philjs/jobs-redis';
import { Scheduler } from '@philjs/jobs-scheduler';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { callCli, makeProject } from './cli-trial.ts';

const CONFIG = `
import { createQueue, defineConfig, defineJob } from '@philjs/jobs';
const logger = { debug() {}, info() {}, warn() {}, error() {} };
const report = defineJob({ name: 'report', handler: () => 1 });
export default defineConfig({
  queues: ['days', 'nights'].map((name) => createQueue({ name, logger, jobs: [report] })),
});
`;
const report = defineJob({
  name: 'report',
  handler: (_: { password?: string; lines?: string[] }) => 1,
});

const refused = defineJob({
  name: 'refused',
  attempts: 1,
  handler: ({ password }: { readonly password: string }) => {
    throw new Error(`${password} refused`);
  },
});

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

async function project() {
  const cwd = await makeProject();
  await writeFile(join(cwd, 'jobs.config.ts'), CONFIG);
  const queue = createQueue({ name: 'days', redis: server.url, jobs: [report, refused] });
  const scheduler = new Scheduler(queue);
  onTestFinished(async () => {
    await scheduler.remove('report');
    await queue.clear();
    await queue.close();
  });
  const payload = { password: 'hunter2-hunter2' };
  await scheduler.schedule(report, {
    cron: '0 9 * * *',
    timezone: 'UTC',
    payload,
    description: 'asks with password=hunter2-hunter2',
    enqueueOptions: { metadata: { apiKey: 'hunter2-hunter2' } },
  });
  const cli = (...args: string[]) => callCli(['schedules', ...args], { cwd, redisUrl: server.url });
  const json = async (...args: string[]) => JSON.parse((await cli('--json', ...args)).stdout);
  return { cli, json, scheduler, queue };
}

test.each(['pause', 'resume', 'run', 'next', 'show', 'history', 'remove'])(
  'names a schedule that is not there and fails: schedules %s',
  async (command) => {
    const { cli } = await project();
    for (const queue of [[], ['--queue', 'days']]) {
      const { code, stdout, stderr } = await cli(command, 'typo', ...queue);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain('JOBS_NOT_FOUND');
      expect(stderr).toContain('typo');
    }
  },
);

test('tells a pause and its end from what was so already', async () => {
  const { json } = await project();
  expect(await json('pause', 'report')).toEqual({ changed: true });
  expect(await json('pause', 'report')).toEqual({ changed: false });
  expect(await json('pause', 'report', '--note', 'holiday')).toEqual({ changed: true });
  expect(await json('resume', 'report')).toEqual({ changed: true });
  expect(await json('resume', 'report')).toEqual({ changed: false });
});

test('shows a schedule with what is masked of its payload, on the queue that has it', async () => {
  const { cli, json } = await project();
  expect(await json('show', 'report')).toMatchObject({
    queue: 'days',
    id: 'report',
    cron: '0 9 * * *',
    payload: { password: '[redacted]' },
  });
  const { stdout } = await cli('show', 'report');
  expect(stdout).toMatch(/^when +0 9 \* \* \* UTC$/m);
  expect(stdout).not.toContain('hunter2');
  expect(JSON.stringify(await json('show', 'report'))).not.toContain('hunter2');
  expect((await cli('list', '--json', '--queue', 'days')).stdout).not.toContain('hunter2');
  expect((await cli('show', 'report', '--reveal')).stdout).toContain('hunter2');
});

test('shows no line of a private key in the payload of a schedule', async () => {
  const { cli, scheduler } = await project();
  const part = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDH';
  const lines = ['-----BEGIN PRIVATE KEY-----', part, '-----END PRIVATE KEY-----'];
  await scheduler.schedule(report, { id: 'keyed', cron: '0 9 * * *', payload: { lines } });
  for (const args of [
    ['show', 'keyed'],
    ['show', 'keyed', '--json'],
    ['list', '--json'],
  ]) {
    const { stdout } = await cli(...args);
    expect(stdout).toContain('[redacted]');
    expect(stdout).not.toContain(part);
  }
  await scheduler.remove('keyed');
});

test('masks the texts that a schedule is described, tagged and kept apart with', async () => {
  const { json, scheduler } = await project();
  const secret = 'open sesame';
  await scheduler.remove('report');
  await scheduler.schedule(refused, {
    ...{ id: 'report', cron: '0 9 * * *', timezone: 'UTC', payload: { password: secret } },
    description: `asks with ${secret}`,
    enqueueOptions: {
      tags: [`for ${secret}`],
      fairKey: secret,
      deduplicate: { key: `once ${secret}`, mode: 'drop', ttl: 1000 },
      deadline: new Date(Date.UTC(2100, 0, 1)),
      metadata: { of: secret },
    },
  });
  await scheduler.pause('report', `not ${secret}`);
  const shown = await json('show', 'report');
  expect(JSON.stringify(shown)).not.toContain('sesame');
  expect(shown).toMatchObject({
    description: 'asks with [redacted]',
    note: 'not [redacted]',
    options: {
      description: 'asks with [redacted]',
      enqueueOptions: {
        tags: ['for [redacted]'],
        deduplicate: { key: 'once [redacted]', mode: 'drop', ttl: 1000 },
        deadline: '2100-01-01T00:00:00.000Z',
        attempts: 1,
      },
    },
  });
  const revealed = await json('show', 'report', '--reveal');
  expect(revealed).toMatchObject({ options: { enqueueOptions: { tags: [`for ${secret}`] } } });
});

test('prints no secret of the payload that was computed for a tick', async () => {
  const { cli, json, scheduler, queue } = await project();
  await scheduler.remove('report');
  const payload = () => ({ password: 'open sesame' });
  await scheduler.schedule(refused, { id: 'report', cron: '0 9 * * *', timezone: 'UTC', payload });
  const id = await scheduler.trigger('report');
  await queue.process();
  await queue.waitFor(id).catch(() => undefined);
  await vi.waitFor(
    async () =>
      expect(await scheduler.getJobHistory('report')).toMatchObject([
        { error: 'Error: open sesame refused' },
      ]),
    120_000,
  );
  expect((await cli('history', 'report')).stdout).toContain('Error: [redacted] refused');
  expect(await json('history', 'report')).toMatchObject([{ error: 'Error: [redacted] refused' }]);
});

test('prints what became of the ticks of a schedule, latest first', async () => {
  const { cli, json, scheduler } = await project();
  const jobIds = [await scheduler.trigger('report'), await scheduler.trigger('report')];
  const runs = await json('history', 'report');
  expect(runs.map((run: { jobId: string }) => run.jobId)).toEqual(jobIds.reverse());
  expect(await json('history', 'report', '-n', '1')).toHaveLength(1);
  expect((await cli('history', 'report')).stdout).toContain(jobIds[0]);
  expect((await cli('history', 'report', '-n', '0')).code).toBe(2);
});

test('removes a schedule once it is agreed to', async () => {
  const { cli, json, scheduler } = await project();
  expect((await cli('remove', 'report')).code).toBe(2);
  expect(await scheduler.getScheduledJob('report')).toBeDefined();
  expect(await json('remove', 'report', '--yes')).toEqual({ removed: 'report' });
  expect(await scheduler.getScheduledJob('report')).toBeUndefined();
  expect((await cli('remove', 'report', '--yes')).code).toBe(1);
});

test('lists the schedules of an owner, and those that a search finds', async () => {
  const { json, scheduler } = await project();
  onTestFinished(async () => {
    await scheduler.remove('billed');
  });
  await scheduler.sync([{ job: 'report', id: 'billed', cron: '0 9 * * *', payload: {} }], {
    owner: 'billing',
  });
  const ids = async (...args: string[]) =>
    (await json('list', '--queue', 'days', ...args)).map(({ id }: { id: string }) => id);
  expect(await ids()).toEqual(['billed', 'report']);
  expect(await ids('--owner', 'billing')).toEqual(['billed']);
  expect(await ids('--search', 'PASSWORD')).toEqual(['report']);
  expect(await ids('--owner', 'billing', '--search', 'typo')).toEqual([]);
});

test('runs a schedule once for a key, with data of its own, and on request not beside a run', async () => {
  const { cli, json, queue } = await project();
  const once = ['report', '--key', 'deploy-7', '--data', '{"password":"of its own"}'];
  const { jobId } = await json('run', ...once, '--overlap', 'skip');
  expect((await queue.getJob(jobId))?.payload).toEqual({ password: 'of its own' });
  expect(await json('run', ...once)).toEqual({ jobId });
  const beside = await cli('run', 'report', '--overlap', 'skip');
  expect([beside.code, beside.stdout]).toEqual([1, '']);
  expect(beside.stderr).toContain('JOBS_CONFLICT');
  expect((await json('run', 'report')).jobId).not.toBe(jobId);
});

test('backfills a number of ticks a minute, or one after the other, and says which ran before', async () => {
  const { cli, json, queue } = await project();
  const days = (from: number, to: number) => [
    ...['backfill', 'report', '--from', `2026-01-0${from}`],
    ...['--to', `2026-01-0${to}`],
  ];
  const { jobIds } = await json(...days(1, 3), '--per-minute', '2');
  const jobs = await Promise.all(jobIds.map((id: string) => queue.getJob(id)));
  expect(jobs.map((job) => job?.status)).toEqual(['waiting', 'delayed']);
  expect(await json(...days(1, 5), '--overlap', 'buffer-all')).toEqual({
    jobIds: ['03', '04'].map((day) => `schedule:report:2026-01-${day}T09:00:00.000Z`),
    known: jobIds,
  });
  const again = await cli(...days(1, 5));
  expect(again.stdout).toBe('0 ticks of report fired; 4 ran before or are waiting\n');
});
