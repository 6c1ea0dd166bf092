import { execFileSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { defineJob, type IQueue } from '@philjs/jobs-core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createQueue, type SqliteQueueOptions } from '../src/index.ts';

const away = { code: 'JOBS_BACKEND_UNAVAILABLE' };
const keep = defineJob({ name: 'keep', handler: async (_payload: number | string) => undefined });

let folder: string;
let path: string;
const opened: IQueue[] = [];

function open(options: SqliteQueueOptions = {}): IQueue {
  const queue = createQueue({ path, jobs: [keep], ...options });
  opened.push(queue);
  return queue;
}

/** Stores jobs until one is refused; returns why. */
async function refusal(queue: IQueue, pass = (): void => undefined): Promise<unknown> {
  for (;;) {
    pass();
    try {
      await queue.enqueue(keep, 2);
    } catch (error) {
      return error;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-sqlite-'));
  path = join(folder, 'jobs.sqlite');
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(opened.splice(0).map((queue) => queue.close()));
  rmSync(folder, { recursive: true, force: true });
});

it('stores no jobs in a file that was removed or replaced, where they would be lost', async () => {
  const queue = open();
  await queue.enqueue(keep, 1);
  for (const part of ['', '-wal', '-shm']) renameSync(path + part, `${path}.old${part}`);
  expect(await refusal(queue)).toMatchObject(away);
  const other = open();
  await other.enqueue(keep, 3);
  await expect(queue.enqueue(keep, 4)).rejects.toMatchObject({ ...away, details: { path } });
  expect(await other.getStats()).toMatchObject({ waiting: 1 });
});

/** Lets a minute pass for what reads the time that does not go back. */
function passMinute(): void {
  const now = performance.now() + 61_000;
  vi.spyOn(performance, 'now').mockReturnValue(now);
}

/** Copies the file as a backup tool does: with what is in the log of changes. */
function backUp(): string {
  const database = new DatabaseSync(path);
  database.exec(`VACUUM INTO '${path}.backup'`);
  database.close();
  return `${path}.backup`;
}

it('stores no jobs in a file over which an older backup was copied', async () => {
  const queue = open();
  await queue.enqueue(keep, 1);
  const backup = backUp();
  passMinute();
  await queue.enqueue(keep, 2);
  passMinute();
  await queue.enqueue(keep, 3);
  execFileSync('cp', [backup, path]);
  const refused = { ...away, details: { path, reason: 'overwritten' } };
  expect(await refusal(queue, passMinute)).toMatchObject(refused);
  // It stays so when what was in the log of changes is written into the file.
  const other = new DatabaseSync(path);
  other.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  other.close();
  passMinute();
  await expect(queue.enqueue(keep, 5)).rejects.toMatchObject(refused);
});

it.each(['another', 'an empty'])(
  'stores no jobs in a file over which %s file was copied',
  async (which) => {
    const first = open();
    await first.enqueue(keep, 1);
    await first.close();
    const other = open({ path: `${path}.other` });
    await other.enqueue(keep, 1);
    await other.close();
    const queue = open();
    await queue.enqueue(keep, 2);
    execFileSync('cp', [which === 'another' ? `${path}.other` : '/dev/null', path]);
    expect(await refusal(queue, passMinute)).toMatchObject({
      ...away,
      message: expect.stringMatching(/Stop .* copy .* `-wal` and `-shm`/),
      details: { path, reason: 'overwritten' },
    });
  },
);

it('goes on where other programs write into the file, bring its log in order, and rebuild it', async () => {
  const queue = open();
  const other = new DatabaseSync(path);
  for (let minute = 0; minute < 6; minute++) {
    await queue.enqueue(keep, 'x'.repeat(100_000));
    other.exec('CREATE TABLE IF NOT EXISTS own (x); INSERT INTO own VALUES (randomblob(100000))');
    if (minute % 2 === 0) other.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    if (minute > 2) other.exec('VACUUM');
    passMinute();
  }
  other.close();
  expect(await queue.getStats()).toMatchObject({ waiting: 6 });
});

it('stops writing once a later version of the package has changed the tables', async () => {
  const queue = open();
  await queue.enqueue(keep, 1);
  const later = new DatabaseSync(path);
  later.exec('UPDATE philjs_jobs SET version = 99');
  const refused = { ...away, details: { version: 99 } };
  await expect(queue.enqueue(keep, 2)).rejects.toMatchObject(refused);
  later.exec('BEGIN IMMEDIATE');
  const joined = queue.enqueue(keep, 3, { transaction: later });
  await expect(joined).rejects.toMatchObject(refused);
  later.exec('ROLLBACK');
  later.close();
});

it('gives the disk back what the log of changes took while a reader held it', async () => {
  const queue = open();
  await queue.enqueue(keep, 1);
  const reader = new DatabaseSync(path);
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM philjs_jobs_jobs').get();
  for (let index = 0; index < 30; index++) await queue.enqueue(keep, 'x'.repeat(1_000_000));
  expect(statSync(`${path}-wal`).size).toBeGreaterThan(25_000_000);
  reader.exec('COMMIT');
  reader.close();
  for (let index = 0; index < 5; index++) await queue.enqueue(keep, 'x'.repeat(10_000));
  expect(statSync(`${path}-wal`).size).toBeLessThan(17_000_000);
});

it('uses the database of a transaction again after it was closed and opened', async () => {
  const queue = open();
  await queue.getStats();
  const database = new DatabaseSync(path);
  for (let index = 0; index < 2; index++) {
    database.exec('BEGIN IMMEDIATE');
    await queue.enqueue(keep, index, { transaction: database });
    database.exec('COMMIT');
    database.close();
    database.open();
  }
  database.close();
  expect(await queue.getStats()).toMatchObject({ waiting: 2 });
});

it('closes while the file is locked, and says so to who waits for it', async () => {
  const queue = open();
  await queue.getStats();
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  const waiting = queue.enqueue(keep, 1);
  const refused = expect(waiting).rejects.toMatchObject({ code: 'JOBS_QUEUE_CLOSED' });
  await queue.close();
  other.exec('COMMIT');
  other.close();
  await refused;
});

/** Fails to look for changes while another process brings the log of changes in order, as after a crash. */
class Recovering extends DatabaseSync {
  static fails = false;
  static failed = 0;

  override prepare(...params: Parameters<DatabaseSync['prepare']>) {
    const statement = super.prepare(...params);
    if (!params[0].includes('data_version')) return statement;
    const get = statement.get.bind(statement);
    statement.get = ((...values: Parameters<typeof get>) => {
      if (!Recovering.fails) return get(...values);
      Recovering.failed += 1;
      throw Object.assign(new Error('database is locked'), { errcode: 261 });
    }) as typeof get;
    return statement;
  }
}

it('looks for changes again after the file was locked as it looked', async () => {
  const queue = open({ driver: Recovering as SqliteQueueOptions['driver'] });
  await queue.process();
  Recovering.fails = true;
  while (Recovering.failed < 2) await new Promise((resolve) => setTimeout(resolve, 10));
  Recovering.fails = false;
  const other = open({ path: join(folder, '.', 'jobs.sqlite') });
  const { id } = await other.enqueue(keep, 1);
  await queue.waitFor(id);
});
