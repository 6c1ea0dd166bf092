import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { defineJob } from '@philjs/jobs-core';
import { RedisServer } from '@philjs/jobs-faults';
import { createQueue } from '@philjs/jobs-redis';
import { Scheduler } from '@philjs/jobs-scheduler';
import type { Command } from 'commander';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { createProgram } from '../src/cli/program.ts';
import { callCli, makeProject } from './cli-trial.ts';

const CONFIG = `
import { createQueue, defineConfig, defineJob } from '@philjs/jobs';
const logger = { debug() {}, info() {}, warn() {}, error() {} };
const greet = defineJob({ name: 'greet', attempts: 1, handler: (name) => { if (name === 'bad') throw new Error('no'); return 1; } });
export default defineConfig({ queues: [createQueue({ name: 'codes', logger, jobs: [greet] })] });
`;

const greet = defineJob({
  name: 'greet',
  attempts: 1,
  handler: (name: string) => {
    if (name === 'bad') throw new Error('no');
    return name;
  },
});

/** By command: calls that are done (0), that fail or find something (1), that are wrong (2). */
const CALLS: Readonly<Record<string, readonly [code: 0 | 1 | 2, ...args: string[]][]>> = {
  init: [
    [2], // there is a project already
    [2, '--nonsense'],
  ],
  dev: [
    [2, '--port', 'many'],
    [2, '--queue', 'other'],
    [2, '--no-watch', '--queue', 'other'],
  ],
  work: [
    [0, '--once'],
    [2, '--timeout', 'long'],
    [2, '--queues', 'other:3'],
    [2, '--probe-port', '99999'],
  ],
  enqueue: [
    [0, 'greet', '--data', '"Ada"'],
    [1, 'gret', '--data', '"Ada"'],
    [2, 'greet', '--data', '"Ada"', '--delay', '99999d'],
    [1, 'greet', '--data', '"Ada"', '--wait', '--timeout', '1ms'],
    [2],
    [2, 'greet', '--data', '{'],
    [2, 'greet', '--data', '@nofile'],
    [2, 'greet', '--delay', 'soon'],
    [2, 'greet', '--timeout', '1s'],
  ],
  serve: [
    [2, '--port', '70000'],
    [2, '--host', '0.0.0.0'],
    [2, '--queues', 'other'],
    [2, '--tokens-file', 'none.json'],
  ],
  stats: [[0], [2, '--queue', 'other'], [2, '--config', 'nowhere.ts'], [2, '--every', 'soon']],
  workers: [[0], [2, '--queue', 'other']],
  'workers quiet': [[1, 'nobody'], [2]],
  'workers stop': [[1, 'nobody'], [2]],
  list: [[0], [0, 'name:nothing'], [2, 'status:lost'], [2, '--limit', 'many']],
  show: [[0, 'later'], [1, 'nowhere'], [2]],
  logs: [[0, 'later'], [1, 'nowhere'], [2]],
  retry: [[0, 'failed'], [1, 'nowhere'], [1, 'later'], [0, '--search', 'name:x', '--yes'], [2]],
  rerun: [[0, 'done'], [1, 'nowhere'], [1, 'later'], [2]],
  promote: [[0, 'later'], [1, 'nowhere'], [1, 'done'], [1, 'later', 'nowhere'], [2]],
  cancel: [[0, 'later'], [1, 'nowhere'], [1, 'done'], [2]],
  remove: [[0, 'later'], [1, 'nowhere'], [2], [2, '--search', 'name:greet']],
  acknowledge: [[0, 'failed'], [1, 'nowhere'], [1, 'later'], [2]],
  update: [
    [0, 'later', '--delay', '5m'],
    [0, 'later', '--priority', '3'],
    [1, 'nowhere', '--priority', '3'],
    [1, 'done', '--priority', '3'],
    [2, 'later'],
    [2, 'later', '--delay', 'soon'],
    [2, 'later', '--run-at', 'soon'],
  ],
  pause: [[0], [0, '--job', 'greet'], [2, '--queue', 'other']],
  resume: [[0], [0, '--job', 'greet'], [2, '--queue', 'other']],
  clear: [[0, '--dry-run'], [0, '--yes'], [2], [2, '--queue', 'other', '--yes']],
  'dead-letters': [[0], [2, '--queue', 'other']],
  'dead-letters redrive': [
    [0, '--all', '--yes'], // of none
    [0, 'cause', '--queue', 'codes', '--dry-run'],
    [2],
    [2, 'cause', '--all'],
    [2, '--all', '--stop-above', '2'],
    [2, '--all', '--canary', 'few'],
    [2, '--all', '--queue', 'other'],
  ],
  'workflow show': [[0, 'later'], [1, 'nowhere'], [2], [2, 'later', '--limit', 'many']],
  'workflow cancel': [[0, 'later', '--yes'], [1, 'nowhere', '--yes'], [2, 'later'], [2]],
  'workflow retry': [[0, 'failed', '--yes'], [1, 'nowhere', '--yes'], [2, 'failed'], [2]],
  'schedules list': [[0], [2, '--queue', 'other']],
  'schedules show': [[0, 'daily'], [1, 'typo'], [2]],
  'schedules history': [
    [0, 'daily'],
    [1, 'typo'],
    [2, 'daily', '-n', 'many'],
  ],
  'schedules next': [
    [0, 'daily'],
    [1, 'typo'],
    [2, 'daily', '-n', 'many'],
  ],
  'schedules run': [[0, 'daily'], [1, 'typo'], [2]],
  'schedules pause': [[0, 'daily'], [1, 'typo'], [2]],
  'schedules resume': [[0, 'daily'], [1, 'typo'], [2]],
  'schedules backfill': [
    [0, 'daily', '--from', '2026-01-01', '--to', '2026-01-03'],
    [1, 'typo', '--from', '2026-01-01', '--to', '2026-01-03'],
    [2, 'daily', '--from', 'yesterday', '--to', '2026-01-03'],
  ],
  'schedules remove': [
    [0, 'daily', '--yes'],
    [1, 'typo', '--yes'],
    [2, 'daily'],
  ],
  dashboard: [
    [2, '--port', 'many'],
    [2, '--queue', 'other'],
  ],
  doctor: [[1], [2, '--queue', 'other']], // a server that does not write to disk is a finding
  migrate: [[0, '--print'], [2]], // Redis has no tables to make
  copy: [[2], [2, '--from', 'sqlite:a', '--to', 'sqlite:a']], // what it copies is in its own test
};

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

beforeEach(async () => {
  const queue = createQueue({ name: 'codes', redis: server.url, jobs: [greet] });
  const scheduler = new Scheduler(queue);
  onTestFinished(() => queue.close());
  await queue.resume();
  await queue.resumeJobs('greet');
  await queue.clear();
  await queue.enqueue(greet, 'ada', { jobId: 'done' });
  await queue.enqueue(greet, 'bad', { jobId: 'failed' });
  await queue.process();
  await queue.waitFor('done');
  await queue.waitFor('failed').catch(() => undefined);
  await queue.stop();
  await queue.enqueue(greet, 'ada', { jobId: 'later', delay: 3_600_000 });
  await scheduler.schedule(greet, { id: 'daily', cron: '0 9 * * *', payload: 'all' });
});

test.each(
  Object.entries(CALLS).flatMap(([command, calls]) =>
    calls.map(([code, ...args]) => [[command, ...args].join(' '), code] as const),
  ),
)('%s: ends with %i', async (line, code) => {
  const cwd = await makeProject();
  await writeFile(join(cwd, 'jobs.config.ts'), CONFIG);
  const answer = await callCli(line.split(' '), { cwd, redisUrl: server.url });
  expect(answer).toMatchObject({ code });
  if (code === 2) expect(answer.stdout).toBe('');
  // Its own process says why, on the terminal itself: see `work.test.ts`.
  const isSaidHere = line !== 'dev --queue other';
  if (code !== 0 && isSaidHere) expect(answer.stdout + answer.stderr).not.toBe('');
  expect(answer.stderr).not.toMatch(/\n {4}at /);
});

test.each(['bad', 'list --limt 3', 'list --limit x', 'show', 'workflow', ''])(
  'with --json, `%s` is refused in JSON too',
  async (line) => {
    const args = ['--json', ...line.split(' ').filter(Boolean)];
    const { code, stdout, stderr } = await callCli(args, { cwd: '/' });
    expect([code, stdout]).toEqual([2, '']);
    expect(JSON.parse(stderr)).toEqual({ error: { message: expect.stringMatching(/^\w/) } });
  },
);

test('with --json, what was typed wrongly steers no terminal either', async () => {
  const { code, stderr } = await callCli(['--json', 'bad\u009b31m\u202e'], { cwd: '/' });
  expect(code).toBe(2);
  expect(stderr).not.toMatch(/[\u009b\u202e]/);
  expect(JSON.parse(stderr)).toMatchObject({
    error: { message: expect.stringContaining('bad\u009b31m\u202e') },
  });
});

test('every command is called here', () => {
  const stream = new PassThrough();
  const { signal: closed } = new AbortController();
  const io = { args: [], cwd: '.', stdin: stream, stdout: stream, stderr: stream, env: {}, closed };
  const named = ({ commands }: Command, prefix = ''): string[] =>
    commands.flatMap((command) => {
      const name = `${prefix}${command.name()}`;
      return [name, ...named(command, `${name} `)];
    });
  const groups = ['schedules', 'workflow'];
  const all = named(createProgram(io, '1.2.3')).filter((name) => !groups.includes(name));
  expect(all.sort()).toEqual(Object.keys(CALLS).sort());
});
