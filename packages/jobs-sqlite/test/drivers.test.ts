import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { defineJob } from '@philjs/jobs-core';
import Database from 'libsql';
import { expect, it, onTestFinished } from 'vitest';
import { createQueue } from '../src/index.ts';

/** Takes the values of numbered parameters (`?1`) by name alone, as `DatabaseSync` does before Node 22.20 and 24.7. */
class NumbersByName extends DatabaseSync {
  override prepare(sql: string): StatementSync {
    const statement = super.prepare(sql);
    if (!/\?\d/.test(sql)) return statement;
    const byName = (call: 'all' | 'get' | 'run') => (first: unknown) => {
      if (typeof first === 'object' && first !== null) {
        const values = Object.fromEntries(Object.entries(first)) as Record<string, null>;
        return statement[call](values);
      }
      throw new Error('column index out of range');
    };
    const calls = { all: byName('all'), get: byName('get'), run: byName('run') };
    return calls as unknown as StatementSync;
  }
}

it('works where node:sqlite takes numbered parameters by name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-sqlite-'));
  const path = join(folder, 'jobs.sqlite');
  const double = defineJob({ name: 'double', concurrency: 1, handler: async (n: number) => n * 2 });
  const queue = createQueue({ path, driver: NumbersByName, jobs: [double] });
  onTestFinished(async () => {
    await queue.close();
    rmSync(folder, { recursive: true });
  });
  const job = await queue.enqueue(double, 21, { deduplicate: { key: 'one' } });
  await queue.process();
  expect(await queue.waitFor(job)).toBe(42);
});

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
