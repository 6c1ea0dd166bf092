import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { declareJob } from '@philjs/jobs-core';
import { createQueue } from '@philjs/jobs-remote';
import { expect, onTestFinished, test } from 'vitest';
import { produce, startWorker } from './python.ts';
import { secrets, startServer } from './server.ts';

const TIMEOUT = 120_000;
const POLL = { timeout: 60_000 };

interface Words {
  readonly text: string;
  readonly seconds?: number;
}

/** Types the job that Python runs. */
const countWords = declareJob<Words, { readonly words: number }>({ name: 'count-words' });

/** Starts a server, and an operator that looks on. */
async function serve() {
  const folder = await mkdtemp(join(tmpdir(), 'other-languages-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const start = async (port?: number) => {
    const server = await startServer(folder, port);
    onTestFinished(() => void server.process.kill('SIGKILL'));
    return server;
  };
  const server = await start();
  const { url } = server;
  const operator = createQueue({ name: 'words', url, token: secrets.operator, jobs: [countWords] });
  onTestFinished(() => operator.close({ timeout: 0 }));
  const work = (leaseMs?: number) => {
    const worker = startWorker(url, leaseMs);
    onTestFinished(() => void worker.kill('SIGKILL'));
    return worker;
  };
  return { server, start, operator, work };
}

test('counts words in Python, and runs a repeated request once', { timeout: TIMEOUT }, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['main.ts'], {
    cwd: import.meta.dirname,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  expect(stdout).toContain('producer.py: 8 words');
  expect(stdout).toContain('producer.py, again: the same job');
});

test('extends the lease of a job that takes longer', { timeout: TIMEOUT }, async () => {
  const { operator, work } = await serve();
  const long = await operator.enqueue(countWords, { text: 'a b', seconds: 4 });
  work(1000);
  expect(await operator.waitFor(long)).toEqual({ words: 2 });
  expect(await operator.getJob(long.id)).toMatchObject({ fencingToken: 1, stalledCount: 0 });
});

test('loses no job of a worker that is killed', { timeout: TIMEOUT }, async () => {
  const { operator, work } = await serve();
  const job = await operator.enqueue(countWords, { text: 'a b c', seconds: 2 });
  const killed = work(1500);
  await expect.poll(async () => (await operator.getJob(job.id))?.status, POLL).toBe('active');
  killed.kill('SIGKILL');
  work(1500);
  expect(await operator.waitFor(job)).toEqual({ words: 3 });
  expect(await operator.getJob(job.id)).toMatchObject({ fencingToken: 2, stalledCount: 1 });
});

test('goes on when the server is killed and comes back', { timeout: TIMEOUT }, async () => {
  const { server, start, operator, work } = await serve();
  work();
  const result = produce(server.url, 'key', 'one two three four');
  expect(await result).toMatch(/ 4$/);
  const job = await operator.enqueue(countWords, { text: 'a b c d', seconds: 3 });
  await expect.poll(async () => (await operator.getJob(job.id))?.status, POLL).toBe('active');
  server.process.kill('SIGKILL');
  await once(server.process, 'close');
  const meanwhile = produce(server.url, 'other key', 'five words while it is');
  await start(Number(new URL(server.url).port));
  expect(await meanwhile).toMatch(/ 5$/);
  expect(await operator.waitFor(job)).toEqual({ words: 4 });
  expect(await operator.getJob(job.id)).toMatchObject({ fencingToken: 1, stalledCount: 0 });
});

test('tries again, fails for good, and stops what is cancelled', { timeout: TIMEOUT }, async () => {
  const { operator, work } = await serve();
  const bad = await operator.enqueue(countWords, {} as never, { attempts: 2 });
  const worker = work(1000);
  await expect(operator.waitFor(bad)).rejects.toMatchObject({ name: 'KeyError' });
  expect(await operator.getJob(bad.id)).toMatchObject({ status: 'failed', attemptsMade: 2 });
  expect((await operator.getJob(bad.id))?.failures).toHaveLength(2);
  const long = await operator.enqueue(countWords, { text: '', seconds: 600 });
  await expect.poll(async () => (await operator.getJob(long.id))?.status, POLL).toBe('active');
  await operator.cancelJob(long.id);
  await expect.poll(async () => (await operator.getJob(long.id))?.status, POLL).toBe('cancelled');
  worker.kill('SIGTERM');
  expect(await once(worker, 'close')).toEqual([0, null]);
});
