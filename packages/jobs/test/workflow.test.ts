import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineJob } from '@philjs/jobs-core';
import { createQueue } from '@philjs/jobs-sqlite';
import { expect, test } from 'vitest';
import { callCli, makeProject } from './cli-trial.ts';

const CONFIG = `
import { defineConfig } from '@philjs/jobs';
import { createQueue } from '@philjs/jobs-sqlite';
export default defineConfig({ queues: [createQueue({ name: 'orders', path: PATH })] });
`;

/** Fails with a secret that only its payload tells. */
const login = defineJob({
  name: 'login',
  attempts: 1,
  handler: ({ password }: { readonly password: string }) => {
    throw new Error(`${password} refused`);
  },
});

test('workflow show prints a job and all it waits for as a tree, each job once', async () => {
  const cwd = await makeProject();
  const path = join(cwd, 'jobs.sqlite');
  await writeFile(join(cwd, 'jobs.config.ts'), CONFIG.replace('PATH', JSON.stringify(path)));
  const reserve = defineJob({ name: 'reserve', handler: () => 1 });
  const charge = defineJob({
    name: 'charge',
    attempts: 1,
    handler: () => Promise.reject(new Error('card declined, token=abcdef123456')),
  });
  const ship = defineJob({ name: 'ship', handler: () => 1 });
  const queue = createQueue({ name: 'orders', path, jobs: [reserve, charge, ship] });
  await queue.enqueue(reserve, undefined, { jobId: 'stock' });
  await queue.enqueue(charge, undefined, { jobId: 'money' });
  await queue.enqueue(ship, undefined, { jobId: 'pack', dependsOn: ['stock'] });
  const last = { jobId: 'parcel', dependsOn: ['pack', 'money', 'stock'] };
  await queue.enqueue(ship, undefined, last);
  await queue.process();
  await queue.waitFor('parcel').catch(() => undefined);
  await queue.waitFor('pack');
  await queue.close();

  const { code, stdout } = await callCli(['workflow', 'show', 'parcel'], { cwd });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ship parcel failed/);
  expect(stdout).toContain('├─ ship pack completed');
  expect(stdout).toContain('│  └─ reserve stock completed');
  expect(stdout).toMatch(/├─ charge money failed \d+ ms: card declined/);
  expect(stdout).not.toContain('abcdef123456');
  expect(stdout).toMatch(/└─ reserve stock completed .*\(above\)/);
  expect(stdout).toContain('4 of 4 have ended');

  const json = await callCli(['--json', 'workflow', 'show', 'parcel', '--limit', '2'], { cwd });
  expect(JSON.parse(json.stdout)).toMatchObject({ id: 'parcel', isCut: true });
  const none = await callCli(['workflow', 'show', 'nowhere'], { cwd });
  expect(none.code).not.toBe(0);
});

test('a secret that only the payload of a job tells is printed with no job of its workflow', async () => {
  const cwd = await makeProject();
  const path = join(cwd, 'jobs.sqlite');
  await writeFile(join(cwd, 'jobs.config.ts'), CONFIG.replace('PATH', JSON.stringify(path)));
  const report = defineJob({ name: 'report', handler: () => 1 });
  const queue = createQueue({ name: 'orders', path, jobs: [login, report] });
  await queue.enqueue(login, { password: 'open sesame' }, { jobId: 'login' });
  await queue.enqueue(report, undefined, { jobId: 'next', dependsOn: ['login'] });
  await queue.enqueue(report, undefined, { jobId: 'last', dependsOn: ['next'] });
  await queue.process();
  await queue.waitFor('last').catch(() => undefined);
  expect((await queue.getJob('last'))?.error?.message).toContain('open sesame');
  await queue.close();
  const shown = await callCli(['workflow', 'show', 'last'], { cwd });
  expect(shown.stdout).toMatch(/login login failed \d+ ms: \[redacted\] refused/);
  expect(shown.stdout).toMatch(/^report last failed.*: Failed for login, next/m);
  for (const args of [['workflow', 'show', 'last'], ['show', 'next'], ['show', 'last'], ['list']]) {
    for (const form of [args, ['--json', ...args]]) {
      const { code, stdout } = await callCli(form, { cwd });
      expect([form, code, stdout.includes('open sesame')]).toEqual([form, 0, false]);
    }
  }
});

test('nor is it printed by a command that waits for a job whose child fails', async () => {
  const cwd = await makeProject();
  const path = join(cwd, 'jobs.sqlite');
  await writeFile(
    join(cwd, 'jobs.config.ts'),
    CONFIG.replace('PATH', `${JSON.stringify(path)}, unknownJobs: 'accept'`),
  );
  const report = defineJob({
    name: 'report',
    attempts: 1,
    handler: async (onFailure: 'fail' | 'continue', ctx) => {
      const before = await ctx.dependencies();
      const children = [{ job: login, payload: { password: 'open sesame' } }];
      if (before.size === 0) return ctx.addChildren(children, { onFailure });
      try {
        return before.resultOf(login);
      } catch (error) {
        throw new Error(`no report: ${(error as Error).message}`, { cause: error });
      }
    },
  });
  const queue = createQueue({ name: 'orders', path, jobs: [login, report] });
  await queue.process();
  const wait = ['--wait', '--timeout', '20s', '--data'];
  for (const data of ['"fail"', '"continue"']) {
    const { code, stdout, stderr } = await callCli(['enqueue', 'report', ...wait, data], { cwd });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('A job it waited for, `login`');
    expect(stderr).not.toContain('open sesame');
  }
  await queue.close();
});

test('workflow cancel and workflow retry change the whole of it, with --yes', async () => {
  const cwd = await makeProject();
  const path = join(cwd, 'jobs.sqlite');
  await writeFile(join(cwd, 'jobs.config.ts'), CONFIG.replace('PATH', JSON.stringify(path)));
  const work = defineJob({ name: 'work', handler: () => 1 });
  const queue = createQueue({ name: 'orders', path, jobs: [work] });
  await queue.enqueue(work, undefined, { jobId: 'first' });
  await queue.enqueue(work, undefined, { jobId: 'last', dependsOn: ['first'] });
  const call = (...args: string[]): ReturnType<typeof callCli> => callCli(args, { cwd });

  expect(await call('workflow', 'cancel', 'last')).toMatchObject({ code: 2, stdout: '' });
  const cancelled = await call('workflow', 'cancel', 'last', '--yes', '--reason', 'not wanted');
  expect(cancelled).toMatchObject({ code: 0, stdout: '2 jobs of the workflow were cancelled\n' });
  expect((await queue.getJob('first'))?.error?.message).toContain('not wanted');
  const none = await call('--json', 'workflow', 'cancel', 'last');
  expect(JSON.parse(none.stdout)).toEqual({ matched: 0, cancelled: 0 });

  const retried = await call('--json', 'workflow', 'retry', 'last', '--yes');
  expect(JSON.parse(retried.stdout)).toEqual({ matched: 2, retried: 2 });
  expect((await queue.getJob('last'))?.status).toBe('blocked');
  await queue.close();
});

test('workflow cancel counts apart what it only asked to stop', async () => {
  const cwd = await makeProject();
  const path = join(cwd, 'jobs.sqlite');
  await writeFile(join(cwd, 'jobs.config.ts'), CONFIG.replace('PATH', JSON.stringify(path)));
  const work = defineJob({ name: 'work', handler: () => new Promise<void>(() => undefined) });
  const queue = createQueue({ name: 'orders', path, jobs: [work] });
  await queue.enqueue(work, undefined, { jobId: 'first' });
  await queue.enqueue(work, undefined, { jobId: 'last', dependsOn: ['first'] });
  const started = new Promise((resolve) => queue.once('active', resolve));
  await queue.process();
  await started;
  const call = (...args: string[]): ReturnType<typeof callCli> => callCli(args, { cwd });
  const asked = '1 job of the workflow was cancelled, 1 asked to stop\n';
  const cancelled = await call('workflow', 'cancel', 'last', '--yes');
  expect(cancelled).toMatchObject({ code: 0, stdout: asked });
  const again = await call('--json', 'workflow', 'cancel', 'last', '--yes');
  expect(JSON.parse(again.stdout)).toEqual({ matched: 1, cancelled: 0, requested: 1 });
  await queue.close({ timeout: 0 });
});
