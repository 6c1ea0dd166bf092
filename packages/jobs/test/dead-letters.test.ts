import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineJob, type IQueues } from '@philjs/jobs-core';
import { createQueues } from '@philjs/jobs-sqlite';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type CliAnswer, callCli, makeProject } from './cli-trial.ts';

const CONFIG = `
import { defineConfig, defineJob } from '@philjs/jobs';
import { createQueues } from '@philjs/jobs-sqlite';
const logger = { debug() {}, info() {}, warn() {}, error() {} };
const charge = defineJob({ name: 'charge', queue: 'payments', deadLetter: 'dead', handler: () => 1 });
export default defineConfig({
  queues: createQueues({ payments: {}, dead: {} }, { path: PATH, logger, jobs: [charge] }),
});
`;

interface Bank {
  isUp: boolean;
  readonly queues: IQueues;
  readonly cli: (...args: string[]) => Promise<CliAnswer>;
  readonly json: (...args: string[]) => Promise<unknown>;
}

/** A project with dead letters of two causes, and a worker of the same file in this process. */
async function failed(count: number): Promise<Bank> {
  const cwd = await makeProject();
  const path = join(cwd, 'jobs.sqlite');
  await writeFile(join(cwd, 'jobs.config.ts'), CONFIG.replace('PATH', JSON.stringify(path)));
  const charge = defineJob({
    name: 'charge',
    queue: 'payments',
    attempts: 1,
    deadLetter: 'dead',
    handler: ({ order, pin }: { order: number; pin?: string }) => {
      if (order < 0) throw new Error(`no such order, token=abcdef123456, ${pin}`);
      if (!bank.isUp) throw Object.assign(new Error(`order ${order}: no bank`), { code: 'EBANK' });
      return order;
    },
  });
  const queues = createQueues({ payments: {}, dead: {} }, { path, jobs: [charge] });
  onTestFinished(() => queues.close());
  const cli: Bank['cli'] = (...args) => callCli(args, { cwd });
  const json: Bank['json'] = async (...args) => JSON.parse((await cli('--json', ...args)).stdout);
  const bank: Bank = { isUp: false, queues, cli, json };
  await queues.process({ queues: ['payments'] });
  const orders = [...Array.from({ length: count }, (_, index) => index), -1];
  await queues.enqueueMany(
    orders.map((order) => ({ job: charge, payload: { order, pin: 'open sesame' } })),
  );
  await untilDead(bank, count + 1);
  return bank;
}

/** Waits until a number of jobs have failed. */
async function untilDead({ queues }: Bank, count: number): Promise<void> {
  const dead = async (): Promise<number> => (await queues.get('dead').getStats()).delayed;
  await vi.waitFor(async () => expect(await dead()).toBe(count), { timeout: 120_000 });
}

test('lists the causes of dead letters, the largest first, without secrets', async () => {
  const { json, cli } = await failed(7);
  expect(await json('dead-letters')).toMatchObject([
    { queue: 'dead', name: 'charge', count: 7, error: { code: 'EBANK' } },
    { queue: 'dead', name: 'charge', count: 1, error: { name: 'Error' } },
  ]);
  const { stdout } = await cli('dead-letters');
  expect(stdout).toMatch(/dead +charge +7 .*EBANK: order \d+: no bank/);
  expect(stdout).toContain('Error: no such order, token=[redacted], [redacted]');
  const all = JSON.stringify(await json('dead-letters'));
  expect(all.includes('open sesame')).toBe(false);
  expect(await json('dead-letters', '--queue', 'payments')).toEqual([]);
});

test('names the command that shows the workers where the first do not end', async () => {
  const { cli, queues } = await failed(1);
  await queues.stop();
  const { code, stdout } = await cli(
    'dead-letters',
    'redrive',
    '--all',
    '--yes',
    '--wait',
    '100ms',
  );
  expect(code).toBe(1);
  expect(stdout).toContain('have not ended in time');
  expect(stdout).toContain('`philjs-jobs workers`');
});

test('the doctor asks for no worker where only dead letters lie', async () => {
  const { json, queues } = await failed(1);
  const workers = async (): Promise<unknown> =>
    ((await json('doctor', '--queue', 'dead')) as { check: string }[]).find(
      ({ check }) => check === 'workers',
    );
  expect(await workers()).toMatchObject({ ok: true });
  const tidy = defineJob({ name: 'tidy', handler: () => 1 });
  queues.get('dead').register(tidy);
  await queues.get('dead').enqueue(tidy, undefined, { delay: 600_000 });
  expect(await workers()).toMatchObject({ ok: false, found: expect.stringContaining('pending') });
});

test('reads the letters of hundreds of causes some at a time', async () => {
  const cwd = await makeProject();
  await writeFile(
    join(cwd, 'jobs.config.ts'),
    `
import { defineConfig, defineJob } from '@philjs/jobs';
import { createQueues } from '@philjs/jobs-memory';
const logger = { debug() {}, info() {}, warn() {}, error() {} };
const handler = () => { throw new Error('no'); };
const names = Array.from({ length: 300 }, (_, index) => 'job-' + index);
const jobs = names.map((name) => defineJob({ name, queue: 'work', attempts: 1, deadLetter: 'dead', handler }));
const queues = createQueues({ work: { concurrency: 20 }, dead: {} }, { logger, jobs });
await queues.process({ queues: ['work'] });
await queues.enqueueMany(jobs.map((job) => ({ job })));
const dead = queues.get('dead');
while ((await dead.getStats()).delayed < names.length) await new Promise((done) => setTimeout(done, 5));
const read = dead.getJob.bind(dead);
let now = 0;
globalThis.mostAtOnce = 0;
dead.getJob = async (id) => {
  now += 1;
  globalThis.mostAtOnce = Math.max(globalThis.mostAtOnce, now);
  await Promise.resolve();
  now -= 1;
  return read(id);
};
export default defineConfig({ queues });
`,
  );
  const { stdout, stderr } = await callCli(['--json', 'dead-letters'], { cwd });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toHaveLength(300);
  expect((globalThis as { mostAtOnce?: number }).mostAtOnce).toBeLessThanOrEqual(100);
});

test('redrives the letters of a cause, a few first, and stops when these fail again', async () => {
  const bank = await failed(7);
  const { json, cli, queues } = bank;
  const [{ fingerprint }] = (await json('dead-letters')) as [{ fingerprint: string }];
  const redrive = ['dead-letters', 'redrive', fingerprint] as const;
  expect(await json(...redrive, '--dry-run')).toEqual({ matched: 7 });
  expect((await cli(...redrive)).code).toBe(2);
  const early = await cli(...redrive, '--yes', '--canary', '2');
  expect(early).toMatchObject({ code: 1, stdout: expect.stringContaining('5 letters stay') });
  // It stops at the first failure: the other job of the canary may still run.
  await untilDead(bank, 8);
  bank.isUp = true;
  expect(await json(...redrive, '--yes', '--canary', '2')).toMatchObject({
    matched: 7,
    redriven: 7,
    failed: 0,
    left: 0,
  });
  expect((await queues.get('dead').getStats()).delayed).toBe(1);
  expect((await cli('dead-letters', 'redrive', fingerprint, '--yes')).code).toBe(1);
});

test('lists and redrives the letters that a search finds, by what is shown of them', async () => {
  const bank = await failed(7);
  const { json, cli } = bank;
  const search = ['--search', 'payload.order:3 OR payload.order:5'] as const;
  expect(await json('dead-letters', ...search)).toMatchObject([{ name: 'charge', count: 2 }]);
  expect(await json('dead-letters', '--search', 'queue:dead')).toEqual([]);
  expect(await json('dead-letters', '--search', 'code:EBANK queue:payments')).toMatchObject([
    { count: 7 },
  ]);
  const secret = ['--search', '"open sesame"'] as const;
  expect(await json('dead-letters', ...secret)).toEqual([]);
  expect((await cli('dead-letters', ...secret)).stdout).toBe('No dead letter matches.\n');
  expect(await json('dead-letters', ...secret, '--reveal')).toMatchObject([
    { count: 7 },
    { count: 1 },
  ]);
  const wrong = await cli('dead-letters', 'redrive', '--search', 'colour:red', '--yes');
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('colour') });
  expect((await cli('dead-letters', 'redrive', '--all', 'cause')).code).toBe(2);
  // As from a variable that is not set.
  for (const args of [[], ['cause']]) {
    const empty = await cli('dead-letters', 'redrive', ...args, '--search', ' ', '--yes');
    expect(empty).toMatchObject({ code: 2, stderr: expect.stringContaining('--all') });
  }
  const redrive = ['dead-letters', 'redrive', ...search] as const;
  expect(await json(...redrive, '--dry-run')).toEqual({ matched: 2 });
  bank.isUp = true;
  expect(await json(...redrive, '--yes')).toMatchObject({ matched: 2, redriven: 2, completed: 2 });
  const [{ fingerprint }] = (await json('dead-letters')) as [{ fingerprint: string }];
  const one = ['redrive', fingerprint, '--search', 'payload.order:1', '--yes'] as const;
  expect(await json('dead-letters', ...one)).toMatchObject({ matched: 1, redriven: 1 });
  expect(await json('dead-letters', 'redrive', '--all', '--dry-run')).toEqual({ matched: 5 });
});
