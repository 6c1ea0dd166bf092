import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { defineJob, type IQueue } from '@philjs/jobs-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createQueue } from '../src/index.ts';

const double = defineJob({ name: 'double', handler: async (n: number) => n * 2 });

let folder: string;
let path: string;
let queue: IQueue;
let database: DatabaseSync;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-sqlite-'));
  path = join(folder, 'jobs.sqlite');
  queue = createQueue({ path, jobs: [double] });
  database = new DatabaseSync(path);
});
afterEach(async () => {
  await queue.close();
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

it('refuses a transaction that holds the file in which the tables are to be made, and says what to do', async () => {
  database.exec('CREATE TABLE orders (id INTEGER PRIMARY KEY)');
  database.exec('BEGIN IMMEDIATE; INSERT INTO orders VALUES (1)');
  const refused = queue.enqueue(double, 1, { transaction: database });
  await expect(refused).rejects.toMatchObject({
    code: 'JOBS_INVALID_ARGUMENT',
    message: expect.stringContaining('Use the queue before you begin, as with `await'),
  });
  database.exec('COMMIT');
  await queue.getStats();
  database.exec('BEGIN IMMEDIATE');
  await queue.enqueue(double, 2, { transaction: database });
  database.exec('COMMIT');
  expect(await queue.getStats()).toMatchObject({ waiting: 1 });
  expect(database.prepare('SELECT id FROM orders').all()).toEqual([{ id: 1 }]);
});

it('refuses one that holds the file in which only the queue is to be entered', async () => {
  const other = createQueue({ path, name: 'other' });
  await other.getStats();
  database.exec('BEGIN IMMEDIATE');
  const refused = queue.enqueue(double, 1, { transaction: database });
  await expect(refused).rejects.toMatchObject({ code: 'JOBS_INVALID_ARGUMENT' });
  database.exec('ROLLBACK');
  await other.close();
});

it('stores within a transaction at its first use where the file knows the queue', async () => {
  const before = createQueue({ path });
  await before.getStats();
  await before.close();
  database.exec('BEGIN IMMEDIATE');
  await queue.enqueue(double, 1, { transaction: database });
  database.exec('COMMIT');
  expect(await queue.getStats()).toMatchObject({ waiting: 1 });
});

it('waits for a file that is locked at its first use without blocking the event loop', async () => {
  database.exec('PRAGMA journal_mode = WAL; BEGIN IMMEDIATE');
  const stats = queue.getStats();
  // Would the opening block, it would have given up before the first of these turns.
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setTimeout(resolve, 5));
  database.exec('COMMIT');
  expect(await stats).toMatchObject({ waiting: 0 });
});
