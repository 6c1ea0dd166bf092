import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { defineJob, type IQueue } from '@philjs/jobs-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createQueue } from '../src/index.ts';

const double = defineJob({ name: 'double', handler: async (n: number) => n * 2 });
const triple = defineJob({ name: 'triple', handler: async (n: number) => n * 3 });

let folder: string;
let path: string;
let queue: IQueue;
let watcher: DatabaseSync;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-sqlite-'));
  path = join(folder, 'jobs.sqlite');
  queue = createQueue({ path, jobs: [double, triple] });
  await queue.getStats();
  watcher = new DatabaseSync(path);
});
afterEach(async () => {
  await queue.close();
  watcher.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Counts the commits of other connections as this one sees them. */
function version(): unknown {
  return watcher.prepare('PRAGMA data_version').get()?.['data_version'];
}

it('stores the jobs of calls made at once in one transaction, in the order of the calls', async () => {
  const seen = new Set([version()]);
  const calls = Array.from({ length: 50 }, (_, index) => {
    const call = queue.enqueue(double, index);
    seen.add(version());
    return call;
  });
  const ids = (await Promise.all(calls)).map((job) => job.id);
  seen.add(version());
  expect(seen.size).toBe(2);
  const { jobs } = await queue.getJobs({ status: 'waiting', limit: 100, order: 'oldest' });
  expect(jobs.map((job) => job.id)).toEqual(ids);
});

it('refuses one of the calls made at once, and stores the jobs of the others', async () => {
  await queue.enqueue(double, 0, { jobId: 'taken' });
  const answers = await Promise.allSettled([
    queue.enqueue(double, 1, { jobId: 'first' }),
    queue.enqueue(triple, 2, { jobId: 'taken' }),
    queue.enqueueMany([
      { job: double, payload: 3, options: { jobId: 'third' } },
      { job: triple, payload: 4, options: { jobId: 'taken' } },
    ]),
    queue.enqueue(double, 5, { jobId: 'last' }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'rejected',
    'fulfilled',
  ]);
  expect(answers[1]).toMatchObject({ reason: { code: 'JOBS_CONFLICT' } });
  expect(answers[2]).toMatchObject({ reason: { code: 'JOBS_CONFLICT' } });
  const { jobs } = await queue.getJobs({ status: 'waiting', order: 'oldest' });
  expect(jobs.map((job) => job.id)).toEqual(['taken', 'first', 'last']);
});

it('keeps the order of calls while another transaction holds the file', async () => {
  watcher.exec('BEGIN IMMEDIATE');
  const calls: Promise<{ id: string }>[] = [];
  for (let index = 0; index < 20; index++) {
    calls.push(queue.enqueue(double, index));
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  watcher.exec('COMMIT');
  const ids = (await Promise.all(calls)).map((job) => job.id);
  const { jobs } = await queue.getJobs({ status: 'waiting', limit: 100, order: 'oldest' });
  expect(jobs.map((job) => job.id)).toEqual(ids);
});

it('stores what was asked for before it closes', async () => {
  const calls = [queue.enqueue(double, 1), queue.enqueue(double, 2)];
  await Promise.all([queue.close(), ...calls]);
  expect(watcher.prepare('SELECT count(*) AS jobs FROM philjs_jobs_jobs').get()).toEqual({
    jobs: 2,
  });
});
