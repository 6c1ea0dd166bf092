import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
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
