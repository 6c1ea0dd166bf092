import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { defineJob } from '@philjs/jobs-core';
import { expect, it, onTestFinished } from 'vitest';
import { createQueue } from '../src/index.ts';

const job = defineJob({ name: 'job', handler: () => undefined });

it('clears many jobs in slices, between which this process and others go on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-sqlite-'));
  const path = join(folder, 'jobs.sqlite');
  const queue = createQueue({ path, jobs: [job] });
  await queue.getStats();
  const other = new DatabaseSync(path);
  other.exec('CREATE TABLE notes (id INTEGER PRIMARY KEY)');
  onTestFinished(async () => {
    await queue.close();
    other.close();
    rmSync(folder, { recursive: true });
  });
  const items = Array.from({ length: 12_000 }, (_, index) => ({
    job,
    payload: undefined,
    options: index < 100 ? { jobId: `kept ${index}`, deduplicate: `key ${index}` } : {},
  }));
  await queue.enqueueMany(items);
  let written = 0;
  const writing = setInterval(() => {
    other.exec('INSERT INTO notes DEFAULT VALUES');
    written += 1;
  }, 1);
  expect(await queue.clear()).toBe(12_000);
  clearInterval(writing);
  expect(written).toBeGreaterThan(0);
  expect(await queue.getStats()).toMatchObject({ total: 0 });
  // No key is held any more.
  const again = await queue.enqueue(job, undefined, { deduplicate: 'key 1' });
  expect(again).not.toHaveProperty('duplicate');
  expect(await queue.clear()).toBe(1);
});
