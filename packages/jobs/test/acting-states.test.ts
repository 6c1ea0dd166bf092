import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callCli, makeProject } from './cli-trial.ts';

/** A queue with a job in each of five states, whose active one is not waited for when the command ends. */
const CONFIG = `
import { createQueue, defineConfig, defineJob } from '@philjs/jobs';
import { once } from 'node:events';
const logger = { debug() {}, info() {}, warn() {}, error() {} };
const job = defineJob({ name: 'job', handler: (_, ctx) => once(ctx.signal, 'abort') });
const queue = createQueue({ jobs: [job], logger, concurrency: 1 });
await queue.enqueue(job, undefined, { jobId: 'active' });
await queue.process();
while ((await queue.getJob('active')).status !== 'active') await new Promise(setImmediate);
await queue.enqueue(job, undefined, { jobId: 'cancelled' });
await queue.cancelJob('cancelled');
await queue.enqueue(job, undefined, { jobId: 'waiting' });
await queue.enqueue(job, undefined, { jobId: 'delayed', delay: 3_600_000 });
await queue.enqueue(job, undefined, { jobId: 'blocked', dependsOn: ['delayed'] });
const close = queue.close.bind(queue);
queue.close = () => close({ timeout: 0 });
export default defineConfig({ queues: [queue] });
`;

test.each([
  ['promote', 1],
  ['cancel', 4],
  ['remove', 4],
  ['retry', 0],
  ['rerun', 0],
])('a search of `%s` that names no state finds the jobs it can change', async (action, matched) => {
  const cwd = await makeProject();
  await writeFile(join(cwd, 'jobs.config.mjs'), CONFIG);
  const args = [action, '--search', 'name:job', '--dry-run', '--json'];
  const { stdout } = await callCli(args, { cwd });
  expect(JSON.parse(stdout)).toEqual({ matched });
});

test.each([
  [['list', 'payload.password:x']],
  [['retry', '--search', 'payload.password:x', '--dry-run']],
  [['dead-letters', '--search', 'payload.password:x']],
  [
    [
      'dead-letters',
      'redrive',
      '--search',
      'payload.password:x',
      '--dry-run',
      '--queue',
      'default',
    ],
  ],
])('%j says that the field is masked, and --reveal looks into it', async (args) => {
  const cwd = await makeProject();
  await writeFile(join(cwd, 'jobs.config.mjs'), CONFIG);
  const { stderr } = await callCli(args, { cwd });
  expect(stderr.match(/payload\.password is masked/g)).toHaveLength(1);
  expect((await callCli([...args, '--reveal'], { cwd })).stderr).not.toContain('masked');
});

test('`show` says each reason why a job is not running', async () => {
  const cwd = await makeProject();
  await writeFile(
    join(cwd, 'jobs.config.mjs'),
    `import { createQueue, defineConfig, defineJob } from '@philjs/jobs';
const job = defineJob({ name: 'job', handler: () => undefined });
const queue = createQueue({ jobs: [job] });
await queue.pauseJobs('job');
await queue.enqueue(job, undefined, { jobId: 'held' });
export default defineConfig({ queues: [queue] });
`,
  );
  const { stdout } = await callCli(['show', 'held'], { cwd });
  expect(stdout).toMatch(/^why +No worker is running/m);
  expect(stdout).toMatch(/^why +The jobs named `job` are paused/m);
});
