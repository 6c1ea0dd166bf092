import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { consoleLogger, defineJob, type IQueue, systemClock } from '@philjs/jobs-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createQueue, type SqliteQueueOptions, sqliteBackend } from '../src/index.ts';

const double = defineJob({ name: 'double', handler: async (n: number) => n * 2 });

let folder: string;
let path: string;
const opened: IQueue[] = [];

function open(options: SqliteQueueOptions = {}): IQueue {
  const queue = createQueue({ path, jobs: [double], ...options });
  opened.push(queue);
  return queue;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-sqlite-'));
  path = join(folder, 'jobs.sqlite');
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((queue) => queue.close()));
  rmSync(folder, { recursive: true, force: true });
});

it('keeps jobs from one process to the next, and queues of a file apart', async () => {
  const before = open();
  const { id } = await before.enqueue(double, 21);
  await open({ name: 'other' }).enqueue(double, 1);
  await before.close();
  const after = open({ synchronous: 'full' });
  expect(await after.getStats()).toMatchObject({ waiting: 1 });
  await after.process();
  expect(await after.waitFor(id)).toBe(42);
});

it('waits for another transaction without blocking the event loop', async () => {
  const queue = open();
  await queue.getStats();
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  let turns = 0;
  const turning = setInterval(() => turns++, 5);
  const enqueued = queue.enqueue(double, 1);
  // A call that blocked would give up before the event loop had turned so often.
  while (turns <= 10) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await queue.getStats()).toMatchObject({ waiting: 0 });
  other.exec('COMMIT');
  other.close();
  await enqueued;
  clearInterval(turning);
  expect(await queue.getStats()).toMatchObject({ waiting: 1 });
});

it('says that the file is away when another process keeps it locked', async () => {
  const queue = open();
  await queue.getStats();
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  await expect(queue.enqueue(double, 1)).rejects.toMatchObject({
    code: 'JOBS_BACKEND_UNAVAILABLE',
  });
  other.exec('ROLLBACK');
  other.close();
  await queue.enqueue(double, 1);
});

it('refuses a file of a later version, of another kind, and one whose folder is not there', async () => {
  const later = new DatabaseSync(path);
  later.exec(
    "CREATE TABLE philjs_jobs (version INTEGER, fingerprint TEXT); INSERT INTO philjs_jobs VALUES (99, '')",
  );
  later.close();
  const away = { code: 'JOBS_BACKEND_UNAVAILABLE' };
  await expect(open().getStats()).rejects.toMatchObject(away);
  await expect(open({ path: join(folder, 'no/such.sqlite') }).getStats()).rejects.toMatchObject(
    away,
  );
  const text = join(folder, 'notes.txt');
  writeFileSync(text, 'these are notes, not a database\n'.repeat(100));
  await expect(open({ path: text }).getStats()).rejects.toMatchObject(away);
});

it('sees within 100 ms what another connection added, cancelled and said', async () => {
  const queue = open();
  const waitsForAbort = defineJob({
    name: 'waits',
    handler: (_payload: null, ctx) =>
      new Promise<never>((_resolve, reject) => {
        ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason));
      }),
  });
  queue.register(waitsForAbort);
  await queue.process();
  await queue.getStats();
  const started = new Promise<number>((resolve) => {
    queue.on('active', () => resolve(performance.now()));
  });
  await queue.getStats();
  const other = new DatabaseSync(path);
  other.exec(`INSERT INTO philjs_jobs_jobs (queue, id, name, status, rank, turn, version, priority, created_at, run_at,
    max_attempts, keep_completed, keep_failed, keep_cancelled, payload, metadata) SELECT queue, 'x', 'waits', 'waiting', 0, 1, 1,
    0, 0, 0, 1, k, k, k, 'null', '{}' FROM philjs_jobs_queues, (SELECT '{"ageMs":1000000,"count":9}' AS k);
    INSERT INTO philjs_jobs_counts SELECT queue, 'waiting', 1 FROM philjs_jobs_queues`);
  const at = performance.now();
  // With room for a busy machine: without a look at the file it would take as long as a lease.
  expect((await started) - at).toBeLessThan(15_000);
  other.exec(`UPDATE philjs_jobs_jobs SET cancel_requested = '{"force":false}'`);
  other.close();
  await expect(queue.waitFor('x')).rejects.toMatchObject({ code: 'JOBS_CANCELLED' });
});

it('has the doctor look at the file', async () => {
  const context = { queueName: 'jobs', clock: systemClock, logger: consoleLogger };
  const backend = sqliteBackend({ path })(context);
  await backend.open();
  const checks = await backend.diagnostics?.examine();
  await backend.close();
  expect(checks?.map(({ check, ok }) => [check, ok])).toEqual([
    ['SQLite', true],
    ['tables', true],
    ['journal', true],
    ['size', true],
    ['log of changes', true],
  ]);
});
