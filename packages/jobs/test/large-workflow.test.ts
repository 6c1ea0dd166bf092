import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type CliAnswer, callCli, makeProject } from './cli-trial.ts';

/** Makes a project whose configuration stores a workflow in memory: `last` waits for `early` and `late`, and these for others. */
async function project(
  sizes: { early: number; late: number },
  more = '',
  removeOnCancel = '1_000_000',
): Promise<string> {
  const cwd = await makeProject();
  await writeFile(
    join(cwd, 'jobs.config.mjs'),
    `
import { createQueue, defineConfig, defineJob } from '@philjs/jobs';
const logger = { debug() {}, info() {}, warn() {}, error() {} };
const work = defineJob({ name: 'work', removeOnCancel: ${removeOnCancel}, handler() {} });
const queue = createQueue({ jobs: [work], logger });
for (const [jobId, count] of Object.entries(${JSON.stringify(sizes)})) {
  const items = Array.from({ length: count }, (_, at) => ({ job: work, options: { jobId: jobId + at } }));
  await queue.enqueueMany([...items, { job: work, options: { jobId, dependsOn: items } }]);
}
await queue.enqueue(work, undefined, { jobId: 'last', dependsOn: ['early', 'late'] });
${more}
export default defineConfig({ queues: [queue] });
`,
  );
  return cwd;
}

const call = (cwd: string, ...args: string[]): Promise<CliAnswer> =>
  callCli(['workflow', ...args], { cwd });

test('workflow cancel counts and cancels all jobs, also those behind the first thousands', async () => {
  const cwd = await project({ early: 10_000, late: 1500 });
  const { code, stdout } = await call(cwd, 'cancel', 'last', '--yes', '--json');
  expect([code, JSON.parse(stdout)]).toEqual([0, { matched: 11_503, cancelled: 11_503 }]);
});

test('workflow retry finds what failed, also behind the first thousands', async () => {
  const cancelled = `await queue.cancelJobs({ ids: ['last', 'late', 'late1499'] });`;
  const cwd = await project({ early: 10_000, late: 1500 }, cancelled);
  // What is asked is what is done: with no terminal to ask on, it says how many.
  const asked = await call(cwd, 'retry', 'late');
  expect(asked).toMatchObject({ code: 2, stderr: expect.stringContaining('retry 2 jobs') });
  const { code, stdout } = await call(cwd, 'retry', 'last', '--yes', '--json');
  expect([code, JSON.parse(stdout)]).toEqual([0, { matched: 3, retried: 3 }]);
});

test('Ctrl-C ends both after the page in progress, and they say how many are done', async () => {
  const interrupted = `
const cancel = queue.cancelJob.bind(queue);
queue.cancelJob = (...args) => (process.emit('SIGINT'), cancel(...args));
`;
  const cwd = await project({ early: 60, late: 0 }, interrupted);
  const text = await call(cwd, 'cancel', 'last', '--yes');
  // The last job alone is the first page: it goes before all that it waits for.
  expect(text).toMatchObject({
    code: 1,
    stdout: 'Stopped: 1 of 63 jobs of the workflow were cancelled. Call it again for the others\n',
  });
  // No later call finds the others by a job that is gone.
  const gone = await project({ early: 60, late: 0 }, interrupted, 'true');
  expect((await call(gone, 'cancel', 'last', '--yes')).stdout).toMatch(
    /^Stopped: 1 of 63 jobs .* The job last is not kept: .*philjs-jobs cancel --search/,
  );
  const retry = `
await queue.workflow('last').cancel();
const { retry } = queue.backend;
queue.backend.retry = (params) => (process.emit('SIGINT'), retry.call(queue.backend, params));
`;
  const other = await project({ early: 60, late: 0 }, retry);
  const { code, stdout } = await call(other, 'retry', 'last', '--yes', '--json');
  expect([code, JSON.parse(stdout)]).toEqual([1, { matched: 63, retried: 60, stopped: true }]);
});
