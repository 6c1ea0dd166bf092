import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineJob } from '@philjs/jobs-core';
import { createQueue } from '@philjs/jobs-sqlite';
import { expect, onTestFinished, test, vi } from 'vitest';
import { callCli, makeProject } from './cli-trial.ts';

const CONFIG = `
import { defineConfig } from '@philjs/jobs';
import { createQueue } from '@philjs/jobs-sqlite';
const logger = { debug() {}, info() {}, warn() {}, error() {} };
export default defineConfig({ queues: [createQueue({ path: PATH, logger })] });
`;

const order = defineJob({
  name: 'order',
  handler: async (_: { readonly password: string }, ctx) => {
    await ctx.step('charge', () => ({ id: 'ch_1', token: 'silver-otter-33' }));
    await ctx.step('quote', () => 'for open sesame');
    await ctx.waitFor('paid', { timeout: 0 }).catch(() => undefined);
    const slept = ctx.sleepUntil('embargo', Date.now() + 3_600_000);
    const backoff = { type: 'fixed', delay: 60_000 } as const;
    const failing = ctx.step(
      'ship',
      () => {
        throw new Error('no courier for open sesame');
      },
      { attempts: 2, backoff },
    );
    await Promise.all([slept, failing, ctx.waitFor('approved')]);
  },
});

test('shows how the steps of a job stand, masked as its payload is', async () => {
  const cwd = await makeProject();
  const path = join(cwd, 'jobs.sqlite');
  await writeFile(join(cwd, 'jobs.config.mjs'), CONFIG.replace('PATH', JSON.stringify(path)));
  const queue = createQueue({ path, jobs: [order] });
  onTestFinished(() => queue.close());
  await queue.process();
  const { id } = await queue.enqueue(order, { password: 'open sesame' }, { jobId: 'a' });
  await vi.waitFor(async () => expect((await queue.getJob(id))?.status).toBe('delayed'), 60_000);
  await queue.signal(id, 'later', { cents: 5 });
  const { stdout } = await callCli(['show', id], { cwd });
  const told = stdout
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'T')
    .replace(/\d+ ms/g, 'N ms')
    .replace(/ +/g, ' ')
    .split('\n');
  for (const line of [
    'step charge completed T after N ms: {"id":"ch_1","token":"[redacted]"}',
    'step quote completed T after N ms: "for [redacted]"',
    'sleep embargo sleeping since T, until T',
    'step ship retrying since T, until T: one try failed: Error: no courier for [redacted]',
    'wait approved waiting since T, without a timeout',
    'wait paid timed out T after N ms',
    'signal later came T: {"cents":5}',
    'why Its step `ship` failed once (no courier for [redacted]); the next try is at T.',
  ]) {
    expect(told).toContain(line);
  }
  const json = await callCli(['--json', 'show', id], { cwd });
  expect(JSON.parse(json.stdout).steps).toMatchObject([
    { name: 'charge', kind: 'step', status: 'completed', result: { token: '[redacted]' } },
    { name: 'quote', result: 'for [redacted]' },
    { name: 'paid', kind: 'wait', status: 'timed-out' },
    ...[{ name: 'embargo' }, { name: 'ship', failedTries: 1 }, { name: 'approved' }],
    { name: 'later', kind: 'signal', result: { cents: 5 } },
  ]);
  const open = await callCli(['show', id, '--reveal'], { cwd });
  expect(open.stdout).toContain('"token":"silver-otter-33"');
});
