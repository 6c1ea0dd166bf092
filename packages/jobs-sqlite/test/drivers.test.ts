import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { defineJob } from '@philjs/jobs-core';
import Database from 'libsql';
import { expect, it, onTestFinished } from 'vitest';
import { createQueue } from '../src/index.ts';

it('works over another driver, beside one that uses node:sqlite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-sqlite-'));
  const path = join(folder, 'jobs.sqlite');
  const double = defineJob({ name: 'double', handler: async (n: number) => n * 2 });
  const queue = createQueue({ path, driver: Database, jobs: [double] });
  const beside = createQueue({ path, jobs: [double] });
  onTestFinished(async () => {
    await Promise.all([queue.close(), beside.close()]);
    rmSync(folder, { recursive: true });
  });
  const { id } = await beside.enqueue(double, 21, { tags: ['a'] });
  expect((await queue.getJobs({ tags: ['a'] })).jobs.map((job) => job.id)).toEqual([id]);
  await queue.process();
  expect(await beside.waitFor(id)).toBe(42);

  const database = new Database(path);
  database.exec('BEGIN IMMEDIATE');
  await queue.enqueue(double, 1, { jobId: 'rolled back', transaction: database });
  await expect(queue.enqueue(double, 2)).rejects.toMatchObject({
    code: 'JOBS_BACKEND_UNAVAILABLE',
  });
  database.exec('ROLLBACK');
  expect(await queue.getJob('rolled back')).toBeUndefined();
  const refused = { code: 'JOBS_INVALID_ARGUMENT' };
  const none = queue.enqueue(double, 1, { transaction: database });
  await expect(none).rejects.toMatchObject(refused);
  database.close();
  const other = new DatabaseSync(path);
  const unlike = queue.enqueue(double, 1, { transaction: other });
  await expect(unlike).rejects.toMatchObject(refused);
  other.close();
});
