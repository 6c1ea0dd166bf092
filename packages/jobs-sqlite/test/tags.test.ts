import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { defineJob } from '@philjs/jobs-core';
import type { JobPage } from '@philjs/jobs-core/backend';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createQueue, type SqliteQueue } from '../src/index.ts';

const bill = defineJob({ name: 'bill', handler: (n: number) => n });

let folder: string;
let path: string;
let queue: SqliteQueue;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-sqlite-'));
  path = join(folder, 'jobs.sqlite');
  queue = createQueue({ path, name: 'jobs', jobs: [bill] }) as SqliteQueue;
});
afterEach(async () => {
  await queue.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Reads one page of waiting jobs straight from the backend. */
function page(tags: readonly string[], limit = 10): JobPage | Promise<JobPage> {
  return queue.backend.list({ statuses: ['waiting'], tags, order: 'oldest', limit });
}

/** Adds jobs with one tag, or none. */
async function add(count: number, tag?: string): Promise<void> {
  const options = tag === undefined ? {} : { tags: [tag] };
  const item = { job: bill, payload: 1, options };
  await queue.enqueueMany(Array.from({ length: count }, () => item));
}

/** Reads how many rows the index of tags has. */
function rows(): unknown {
  const file = new DatabaseSync(path);
  const found = file.prepare('SELECT count(*) AS rows FROM philjs_jobs_tags').get();
  file.close();
  return found?.['rows'];
}

it('finds the few jobs of a tag in one call, however many others there are', async () => {
  await add(2, 'rare');
  await add(11_000);
  await add(1000, 'other');
  await add(1, 'rare');
  expect((await page(['rare'])).jobs).toHaveLength(3);
  expect(await page(['rare'])).not.toHaveProperty('cursor');
  expect((await page(['rare', 'other'])).jobs).toHaveLength(0);
  expect((await page(['none'])).jobs).toHaveLength(0);
  const first = await page(['rare'], 2);
  const next = queue.backend.list({
    statuses: ['waiting'],
    tags: ['rare'],
    order: 'oldest',
    limit: 2,
    cursor: first.cursor ?? '',
  });
  expect([first.jobs.length, (await next).jobs.length]).toEqual([2, 1]);
});

it('finds jobs of a tag that very many have, too', async () => {
  await add(10_500, 'common');
  await add(1, 'rare');
  expect((await page(['common'], 500)).jobs).toHaveLength(500);
  const { jobs } = await queue.getJobs({ tags: ['common'], limit: 1000 });
  expect(jobs).toHaveLength(1000);
});

it('keeps nothing of tags for jobs without, nor of jobs that are gone', async () => {
  await add(5);
  await queue.enqueue(bill, 1, { jobId: 'a', tags: ['x', "it's", '{"y"}'] });
  await queue.enqueue(bill, 1, { jobId: 'b', tags: ['x'], removeOnComplete: true });
  await queue.enqueue(bill, 1, { tags: ['x'], deduplicate: { key: 'k', mode: 'replace' } });
  expect(rows()).toBe(5);
  await queue.enqueue(bill, 2, { tags: ['y', 'z'], deduplicate: { key: 'k', mode: 'replace' } });
  expect(rows()).toBe(6);
  expect((await page(['x'])).jobs).toHaveLength(2);
  expect((await page(['{"y"}', "it's"])).jobs.map(({ id }) => id)).toEqual(['a']);
  await queue.removeJob('a');
  expect(rows()).toBe(3);
  await queue.process();
  await vi.waitFor(() => expect(rows()).toBe(2), 120_000);
  await queue.stop();
  await queue.clear();
  expect(rows()).toBe(0);
});
