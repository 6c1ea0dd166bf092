import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callCli, makeProject } from './cli-trial.ts';

/** A chain, with a worker that would fail what waits for a job that is gone; notes what is left when it closes. */
const CONFIG = `
import { chain, createQueue, defineConfig, defineJob, step } from '@philjs/jobs';
const logger = { debug() {}, info() {}, warn() {}, error() {} };
const job = defineJob({ name: 'job', handler: () => {} });
const queue = createQueue({ jobs: [job], logger });
const ids = Array.from({ length: 120 }, (_, index) => 'job-' + index);
await queue.enqueueMany(chain(ids.map((jobId, at) => step(job, undefined, { jobId, ...(at === 0 && { delay: 3_600_000 }) }))));
await queue.process();
const failed = [];
queue.on('failed', ({ jobId }) => failed.push(jobId));
const close = queue.close.bind(queue);
queue.close = async () => {
  const last = await queue.enqueue(job);
  await queue.waitFor(last);
  const { cancelled, total } = await queue.getStats();
  globalThis.leftByCancel = { failed, cancelled, total };
  await close();
};
export default defineConfig({ queues: [queue] });
`;

const left = globalThis as { leftByCancel?: unknown };
const ids = Array.from({ length: 120 }, (_, index) => `job-${index}`);

test.each([
  ['cancel', ids, 120],
  ['cancel', ['--search', 'name:job', '--yes'], 120],
  ['remove', ids, 0],
])('`%s` fails no job of a chain for another', async (action, which, cancelled) => {
  const cwd = await makeProject();
  await writeFile(join(cwd, 'jobs.config.mjs'), CONFIG);
  expect((await callCli([action, ...which], { cwd })).code).toBe(0);
  expect(left.leftByCancel).toEqual({ failed: [], cancelled, total: cancelled + 1 });
});

test('a search for jobs to cancel or remove asks only what the blocked ones wait for', async () => {
  const counting = `
const { workflows } = queue.backend;
const dependencies = workflows.dependencies.bind(workflows);
globalThis.askedByCancel = [];
workflows.dependencies = (asked) => {
  globalThis.askedByCancel.push(asked.job.id);
  return dependencies(asked);
};
await queue.enqueueMany(ids.map((id) => ({ job, options: { jobId: 'plain-' + id, delay: 3_600_000 } })));
export default`;
  const cwd = await makeProject();
  await writeFile(
    join(cwd, 'jobs.config.mjs'),
    CONFIG.replace('export default', () => counting),
  );
  expect((await callCli(['cancel', '--search', 'name:job', '--yes'], { cwd })).code).toBe(0);
  const { askedByCancel = [] } = globalThis as { askedByCancel?: readonly string[] };
  // All of the chain but the first.
  expect([...askedByCancel].sort()).toEqual(ids.slice(1).sort());
});
