import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isAway } from '../src/cli/is-away.ts';
import { notLoaded } from '../src/queue/optional-package.ts';
import { callCli, makeProject } from './cli-trial.ts';

/** A queue of one job that has been ready for an hour, and that no worker runs. */
const CONFIG = `
import { createQueue, defineConfig, defineJob } from '@philjs/jobs';
const logger = { debug() {}, info() {}, warn() {}, error() {} };
const job = defineJob({ name: 'job', handler() {} });
const clock = { now: () => now, setTimeout, clearTimeout };
let now = Date.now() - 3_600_000;
const queue = createQueue({ jobs: [job], logger, clock });
const jobId = process.env.JOB_ID ?? 'one';
await queue.enqueue(job, undefined, { jobId });
now = Date.now();
export default defineConfig({ queues: [queue] });
`;

async function folder(): Promise<string> {
  const cwd = await makeProject();
  await writeFile(join(cwd, 'jobs.config.mjs'), CONFIG);
  return cwd;
}

describe('what is counted', () => {
  test.each([
    [['cancel', 'one'], '1 of 1 job cancelled'],
    [['remove', '--search', 'name:job', '--dry-run'], '1 job matches'],
    [['remove', '--search', 'name:other', '--dry-run'], '0 jobs match'],
    [['clear', '--dry-run'], '1 job of default is not active'],
    [['clear', '--yes'], '1 job of default was removed'],
    [['workflow', 'cancel', 'one', '--yes'], '1 job of the workflow was cancelled'],
    [['dead-letters', 'redrive', '--all', '--dry-run'], '0 letters in default match'],
    [['doctor'], 'memory answers, 1 job\n'],
    [['doctor'], '0 alive, 1 job pending'],
  ])('agrees with its noun: %j', async (args, said) => {
    const { stdout } = await callCli(args, { cwd: await folder() });
    expect(stdout).toContain(said);
  });
});

test.each([
  ['remove', '`philjs-jobs clear`'],
  ['retry', '--all'],
  ['cancel', '--all'],
  ['promote', '--all'],
  ['rerun', '--all'],
  ['acknowledge', '--all'],
])(
  '%s changes nothing for an empty search, as from a variable that is not set',
  async (name, instead) => {
    const cwd = await folder();
    for (const search of ['', ' ', '""', 'error:', 'NOT name:""']) {
      const { code, stdout, stderr } = await callCli([name, '--search', search, '--yes'], { cwd });
      expect({ search, code, stdout }).toEqual({ search, code: 2, stdout: '' });
      if (search.trim() === '') expect(stderr).toContain(instead);
    }
  },
);

test('changes all jobs that it can only where that is said', async () => {
  const cwd = await folder();
  const { stdout } = await callCli(['cancel', '--all', '--yes'], { cwd });
  expect(stdout).toContain('1 of 1 job cancelled');
  for (const args of [
    ['cancel', '--all', 'one', '--yes'],
    ['cancel', '--all', '--search', 'name:job', '--yes'],
    ['remove', '--all', '--yes'],
    ['cancel', '--yes'],
  ]) {
    expect(await callCli(args, { cwd })).toMatchObject({ code: 2, stdout: '' });
  }
});

/** Two queues, one of which keeps what no worker has to run, such as dead letters. */
const TWO_QUEUES = `
import { createQueues, defineConfig, defineJob } from '@philjs/jobs';
const logger = { debug() {}, info() {}, warn() {}, error() {} };
const job = defineJob({ name: 'job', handler() {} });
export default defineConfig({ queues: createQueues({ jobs: { jobs: [job] }, dead: {} }, { logger }) });
`;

describe('over two queues', () => {
  test.each([
    [['enqueue', 'other'], 'knows a job `other`. List it'],
    [['enqueue', 'jbo'], 'knows a job `jbo`, did you mean `job`? List it'],
    [['pause', '--job', 'jbo'], 'knows a job `jbo`, did you mean `job`?'],
    [['resume', '--job', 'jbo'], 'knows a job `jbo`, did you mean `job`?'],
    [['pause', '--job', 'jbo', '--queue', 'jobs'], 'no job named `jbo`, did you mean `job`?'],
    [['pause', '--job', 'jbo', '--queue', 'dead'], 'jbo of dead: paused'],
    [['work', '--once'], 'Working on dead: no jobs\n'],
  ])('says in sentences what %j met', async (args, said) => {
    const { stdout, stderr } = await callCli(args, await twoQueues());
    expect(stdout + stderr).toContain(said);
  });
});

/** Two queues, one of which keeps what no worker has to run, in a SQLite file. */
async function twoQueues(): Promise<{ readonly cwd: string; readonly databaseUrl: string }> {
  const cwd = await makeProject();
  await writeFile(join(cwd, 'jobs.config.mjs'), TWO_QUEUES);
  return { cwd, databaseUrl: `sqlite:${join(cwd, 'jobs.sqlite')}` };
}

describe('the doctor over two queues', () => {
  test('says once what is about their store', async () => {
    const { code, stdout } = await callCli(['--json', 'doctor'], await twoQueues());
    expect(code).toBe(0);
    const findings = JSON.parse(stdout) as { queue: string; queues?: string[]; check: string }[];
    const ofStore = findings.filter(({ check }) => ['SQLite', 'tables', 'journal'].includes(check));
    const checks = findings.map(({ queue, queues = [queue], check }) => `${queues} ${check}`);
    expect(new Set(checks).size).toBe(checks.length);
    expect(checks).toEqual(expect.arrayContaining(['jobs backlog', 'dead backlog']));
    expect(ofStore.length).toBeGreaterThan(0);
    for (const { queues } of ofStore) expect(queues).toEqual(['jobs', 'dead']);
  });

  test('says once that their store is away', async () => {
    const { cwd } = await twoQueues();
    const redisUrl = 'redis://127.0.0.1:1';
    const { code, stdout } = await callCli(['--json', 'doctor'], { cwd, redisUrl });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject([
      {
        check: 'store',
        ok: false,
        queues: ['jobs', 'dead'],
        fix: expect.stringContaining('Start'),
      },
    ]);
  });

  test('says of one alone that it cannot be used, and examines their store by the other', async () => {
    const { databaseUrl } = await twoQueues();
    const ordered = async (order: string): Promise<{ cwd: string; databaseUrl: string }> => {
      const { cwd } = await twoQueues();
      const config = TWO_QUEUES.replace('jobs: [job]', `jobs: [job], order: '${order}'`);
      await writeFile(join(cwd, 'jobs.config.mjs'), config);
      return { cwd, databaseUrl };
    };
    expect(await callCli(['stats'], await ordered('fair'))).toMatchObject({ code: 0 });
    const project = await ordered('ageing');
    const { code, stdout } = await callCli(['--json', 'doctor'], project);
    expect(code).toBe(1);
    const findings = JSON.parse(stdout) as { queue: string; check: string; fix?: string }[];
    const stores = findings.filter(({ check }) => check === 'store');
    expect(stores).toMatchObject([
      { queue: 'jobs', ok: false, found: expect.stringContaining('order') },
      { queue: 'dead', ok: true },
    ]);
    expect(stores[0]).not.toHaveProperty('queues');
    expect(stores[0]?.fix ?? '').not.toContain('Start the store');
    expect(findings).toContainEqual(
      expect.objectContaining({ check: 'SQLite', queues: ['jobs', 'dead'] }),
    );
  });
});

describe('pausing two queues', () => {
  test('asks before both are paused', async () => {
    const project = await twoQueues();
    const asked = await callCli(['pause'], project);
    expect(asked).toMatchObject({ code: 2, stdout: '' });
    expect(asked.stderr).toContain('pause 2 queues, jobs, dead?');
    const pause = async (...args: string[]): Promise<unknown> => {
      const { stdout } = await callCli(['--json', ...args], project);
      return JSON.parse(stdout);
    };
    expect(await pause('pause', '--queue', 'dead')).toEqual({ paused: ['dead'] });
    expect(await pause('pause', '--yes')).toEqual({ paused: ['jobs', 'dead'] });
    expect(await pause('resume')).toEqual({ resumed: ['jobs', 'dead'] });
  });
});

describe('an error of a store', () => {
  const HINT = 'Is the store running';

  test('asks whether it runs where it could not be reached', async () => {
    const cwd = await folder();
    for (const address of [
      { redisUrl: 'redis://127.0.0.1:1' },
      { databaseUrl: 'postgres://127.0.0.1:1/none' },
    ]) {
      const empty = { cwd: await makeProject(), ...address };
      const { code, stderr } = await callCli(['stats'], empty);
      expect(code).toBe(1);
      expect(stderr).toContain(HINT);
    }
    expect((await callCli(['stats'], { cwd })).stderr).not.toContain(HINT);
  });

  test('does not where its package cannot be loaded, or its file cannot be used', async () => {
    const cwd = await makeProject();
    const file = join(cwd, 'jobs.sqlite');
    await writeFile(file, 'no database');
    const { code, stderr } = await callCli(['stats'], { cwd, databaseUrl: `sqlite:${file}` });
    expect(code).toBe(1);
    expect(stderr).not.toContain(HINT);
    const pg = notLoaded(
      'postgres',
      'a test',
      Object.assign(new Error('too many'), { code: 'EMFILE' }),
    );
    expect(isAway(pg)).toBe(false);
  });
});

describe('the command that the doctor advises', () => {
  test.each([
    ['one', 'philjs-jobs show one\n'],
    ['a b; rm -rf', "philjs-jobs show 'a b; rm -rf'\n"],
    ["it's", "philjs-jobs show 'it'\\''s'\n"],
    ['-x', 'philjs-jobs show -- -x\n'],
  ])('shows the job %s, as it stands', async (id, advice) => {
    process.env['JOB_ID'] = id;
    try {
      const { stdout } = await callCli(['doctor'], { cwd: await folder() });
      expect(stdout).toContain(advice);
    } finally {
      delete process.env['JOB_ID'];
    }
  });
});

/** Starts a command to the terminal; turns the text behind it. */
const CONTROLS = ['\u001b', '\u202e'];

describe('what steers a terminal', () => {
  test.each([
    ['a wrong command', ['sta\u001b[1mts']],
    ['a wrong number', ['list', '--limit', '1\u001b[1m']],
    ['a wrong option', ['--\u202ejson', 'stats']],
  ])('is not repeated in the error for %s', async (_what, args) => {
    const { code, stderr } = await callCli(args, { cwd: await folder() });
    expect(code).toBe(2);
    for (const control of CONTROLS) expect(stderr).not.toContain(control);
    expect(stderr).toMatch(/\\u(001b|202e)/);
  });

  test('is not printed of a job', async () => {
    process.env['JOB_ID'] = 'a\u001b[2J\u202eb';
    try {
      const cwd = await folder();
      for (const args of [['list'], ['show', process.env['JOB_ID']], ['--json', 'list']]) {
        const { code, stdout } = await callCli(args, { cwd });
        expect(code).toBe(0);
        expect(stdout).toContain('a\\u001b[2J\\u202eb');
        for (const control of CONTROLS) expect(stdout).not.toContain(control);
      }
    } finally {
      delete process.env['JOB_ID'];
    }
  });
});

test('the help of a command names the options that every command takes', async () => {
  for (const args of [['retry'], ['dead-letters', 'redrive'], ['workflow', 'show']]) {
    const { code, stdout } = await callCli([...args, '--help'], { cwd: await folder() });
    expect(code).toBe(0);
    for (const option of ['--json', '--queue <name>', '--redis <url>']) {
      expect(stdout).toContain(option);
    }
  }
});

test('says that there is no schedule', async () => {
  const { code, stdout } = await callCli(['schedules', 'list'], { cwd: await folder() });
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'There is no schedule.\n' });
});
