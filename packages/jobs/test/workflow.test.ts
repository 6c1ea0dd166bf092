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
