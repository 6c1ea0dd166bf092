import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { defineJob } from '@philjs/jobs-core';
import Database from 'libsql';
import { expect, it, onTestFinished } from 'vitest';
import { createQueue } from '../src/index.ts';

const openings = {
  'reads integers as bigint': (path: string) => new DatabaseSync(path, { readBigInts: true }),
  'reads rows as lists': (path: string) => new DatabaseSync(path, { returnArrays: true }),
  'reads integers of libsql as bigint': (path: string) => new Database(path).defaultSafeIntegers(),
};

it.each(Object.entries(openings))(
  'takes a transaction of a connection that %s',
  async (_, open) => {
    const folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-sqlite-'));
    const path = join(folder, 'jobs.sqlite');
    const work = defineJob({
      name: 'work',
      concurrency: 1,
      handler: async (_: number, ctx) => {
        database.exec('BEGIN IMMEDIATE');
        await ctx.completeIn(database);
        database.exec('COMMIT');
      },
    });
    const database = open(path);
    const driver = database.constructor as typeof DatabaseSync;
    const queue = createQueue({ path, driver, jobs: [work], concurrency: 2 });
    onTestFinished(async () => {
      await queue.close();
      database.close();
      rmSync(folder, { recursive: true });
    });
    await queue.getStats();
    database.exec('BEGIN IMMEDIATE');
    const first = await queue.enqueue(work, 1, { jobId: 'first', transaction: database });
    const again = await queue.enqueue(work, 1, { jobId: 'first', transaction: database });
    const second = await queue.enqueue(work, 2, { transaction: database });
    database.exec('COMMIT');
    expect(again).toEqual({ ...first, duplicate: true });
    expect(await queue.getStats()).toMatchObject({ waiting: 2 });
    await queue.process();
    // The slot of the first is free once it has ended.
    await queue.waitFor(second, { timeout: 60_000 });
    expect(await queue.getStats()).toMatchObject({ waiting: 0, active: 0, completed: 2 });
  },
);

it('refuses a connection whose temporary tables would be taken for those of the file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-sqlite-'));
  const path = join(folder, 'jobs.sqlite');
  const work = defineJob({ name: 'work', handler: () => undefined });
  const queue = createQueue({ path, jobs: [work] });
  await queue.getStats();
  const database = new DatabaseSync(path);
  onTestFinished(async () => {
    await queue.close();
    database.close();
    rmSync(folder, { recursive: true });
  });
  database.exec('BEGIN IMMEDIATE');
  database.exec(
    `CREATE TEMP TABLE own (id); CREATE TEMP TABLE "Philjs_Jobs_Counts" (queue, status, jobs, PRIMARY KEY (queue, status))`,
  );
  const within = { transaction: database };
  const refused = { code: 'JOBS_INVALID_ARGUMENT', details: { field: 'transaction' } };
  await expect(queue.enqueue(work, undefined, within)).rejects.toMatchObject(refused);
  database.exec('DROP TABLE "Philjs_Jobs_Counts"');
  await queue.enqueue(work, undefined, within);
  database.exec('COMMIT');
  expect(await queue.getStats()).toMatchObject({ waiting: 1, total: 1 });
});

it('says how to begin a transaction that reads first, where others have written since', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-sqlite-'));
  const path = join(folder, 'jobs.sqlite');
  const work = defineJob({ name: 'work', handler: () => undefined });
  const queue = createQueue({ path, jobs: [work] });
  await queue.getStats();
  const database = new DatabaseSync(path);
  onTestFinished(async () => {
    await queue.close();
    database.close();
    rmSync(folder, { recursive: true });
  });
  database.exec('BEGIN');
  database.prepare('SELECT count(*) FROM sqlite_schema').get();
  await queue.enqueue(work, undefined);
  const refused = queue.enqueue(work, undefined, { transaction: database });
  await expect(refused).rejects.toMatchObject({
    code: 'JOBS_BACKEND_UNAVAILABLE',
    message: expect.stringContaining('BEGIN IMMEDIATE'),
  });
  database.exec('ROLLBACK');
});
