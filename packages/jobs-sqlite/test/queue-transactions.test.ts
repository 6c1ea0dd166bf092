import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineJob } from '@philjs/jobs-core';
import { WorkerProcesses } from '@philjs/jobs-faults';
import Database from 'libsql';
import { describe, expect, expectTypeOf, it, onTestFinished } from 'vitest';
import { createQueue, type SqliteDatabase, type SqliteQueueOptions } from '../src/index.ts';

const PROCESS = join(import.meta.dirname, 'support/transacting-process.ts');
const ORDERS = 40;
const work = defineJob({ name: 'work', handler: () => 'worked' });

/** Makes a queue on a file of its own, with a table of orders beside it. */
async function open(options: SqliteQueueOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-sqlite-'));
  const path = join(folder, 'jobs.sqlite');
  const queue = createQueue({ path, jobs: [work], ...options });
  const rows = new DatabaseSync(path);
  rows.exec('PRAGMA journal_mode = WAL; CREATE TABLE orders (id TEXT PRIMARY KEY)');
  onTestFinished(async () => {
    await queue.close({ timeout: 0 });
    rows.close();
    rmSync(folder, { recursive: true });
  });
  return { queue, path, rows, orders: () => rows.prepare('SELECT id FROM orders').all() };
}

function signal() {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give: () => give() };
}

describe.each([
  ['node:sqlite', DatabaseSync],
  ['libsql', Database],
] as const)('queue.transaction with %s', (_, driver) => {
  it('commits rows of the function with its jobs, and rolls both back', async () => {
    const { queue, orders } = await open({ driver });
    const store = (id: string, end?: Error) =>
      queue.transaction(async (tx) => {
        expectTypeOf(tx).toEqualTypeOf<SqliteDatabase>();
        expect(tx).toBeInstanceOf(driver);
        tx.prepare('INSERT INTO orders VALUES (?)').run(id);
        await queue.enqueue(work, undefined, { transaction: tx });
        if (end !== undefined) throw end;
        return id;
      });
    expect(await store('a')).toBe('a');
    await expect(store('b', new Error('mine'))).rejects.toThrow('mine');
    expect(orders()).toEqual([{ id: 'a' }]);
    expect(await queue.getStats()).toMatchObject({ waiting: 1, total: 1 });
  });

  it('says that nothing is stored when what it leaves breaks a constraint', async () => {
    const { queue, orders } = await open({ driver });
    const ended = queue.transaction(async (tx) => {
      tx.exec('PRAGMA defer_foreign_keys = ON');
      tx.exec(
        'CREATE TABLE lines ("of" TEXT REFERENCES orders); INSERT INTO lines VALUES (\'none\')',
      );
      tx.prepare('INSERT INTO orders VALUES (?)').run('a');
    });
    await expect(ended).rejects.toMatchObject({ code: 'JOBS_ROLLED_BACK' });
    expect(orders()).toEqual([]);
  });

  it('ends one that takes too long, refuses what comes through it later, and lets others go on', async () => {
    const { queue, orders } = await open({ driver, lockDuration: 300 });
    const over = signal();
    const late: Promise<unknown>[] = [];
    const ended = queue.transaction(async (tx) => {
      tx.prepare('INSERT INTO orders VALUES (?)').run('a');
      await over.given;
      late.push(queue.enqueue(work, undefined, { transaction: tx }));
      tx.prepare('INSERT INTO orders VALUES (?)');
    });
    await expect(ended).rejects.toMatchObject({ code: 'JOBS_TIMEOUT', details: { limitMs: 100 } });
    over.give();
    await expect.poll(() => late).toHaveLength(1);
    await expect(late[0]).rejects.toMatchObject({ code: 'JOBS_CONFLICT' });
    await queue.transaction((tx) => tx.prepare('INSERT INTO orders VALUES (?)').run('b'));
    expect(orders()).toEqual([{ id: 'b' }]);
  });
});

it('waits for the lock of another connection while the event loop goes on', async () => {
  const { queue, rows, orders } = await open();
  await queue.getStats();
  rows.exec('BEGIN IMMEDIATE');
  const waiting = queue.transaction((tx) => tx.exec("INSERT INTO orders VALUES ('a')"));
  await sleep(50);
  // It would never be reached if the wait blocked the event loop.
  rows.exec('COMMIT');
  await waiting;
  expect(orders()).toEqual([{ id: 'a' }]);
});

it('lets other writers in between many that are waiting', async () => {
  const { queue } = await open();
  await queue.getStats();
  const ended: string[] = [];
  const begun = signal();
  const hold = (): Promise<void> => {
    begun.give();
    return sleep(60);
  };
  const many = Array.from({ length: 8 }, () =>
    queue.transaction(hold).then(() => ended.push('transaction')),
  );
  await begun.given;
  const other = queue.enqueue(work, undefined).then(() => ended.push('other'));
  await Promise.all([...many, other]);
  expect(ended.indexOf('other')).toBeLessThan(7);
});

it('ends one that waits for itself, by a call that does not name it or by another one within', async () => {
  const { queue } = await open({ lockDuration: 600 });
  const unnamed = queue.transaction(() => queue.enqueue(work, undefined, { jobId: 'unnamed' }));
  await expect(unnamed).rejects.toMatchObject({ code: 'JOBS_TIMEOUT' });
  const nested = queue.transaction(() => queue.transaction(() => undefined));
  await expect(nested).rejects.toMatchObject({ code: 'JOBS_TIMEOUT' });
  await queue.transaction((tx) => queue.enqueue(work, undefined, { transaction: tx }));
  await expect.poll(() => queue.getStats()).toMatchObject({ total: 2 });
});

it('does not know whether one was committed that its own statement ended, and says so', async () => {
  const { queue, orders } = await open();
  const ended = queue.transaction((tx) => tx.exec("INSERT INTO orders VALUES ('a'); COMMIT"));
  await expect(ended).rejects.toMatchObject({
    code: 'JOBS_BACKEND_UNAVAILABLE',
    details: { mayBeCommitted: true },
  });
  expect(orders()).toEqual([{ id: 'a' }]);
});

it('rolls back what is open when the queue closes', async () => {
  const { queue, rows, orders } = await open();
  const [closed, begun] = [signal(), signal()];
  const ended = queue.transaction(async (tx) => {
    tx.prepare('INSERT INTO orders VALUES (?)').run('a');
    begun.give();
    await closed.given;
    await queue.enqueue(work, undefined, { transaction: tx });
  });
  const waiting = queue.transaction(() => expect.unreachable());
  await begun.given;
  await queue.close();
  rows.exec("INSERT INTO orders VALUES ('b')");
  closed.give();
  await expect(ended).rejects.toMatchObject({ code: 'JOBS_QUEUE_CLOSED' });
  await expect(waiting).rejects.toMatchObject({ code: 'JOBS_QUEUE_CLOSED' });
  expect(orders()).toEqual([{ id: 'b' }]);
});

it('tells the workers of its process of a commit at once', async () => {
  const { queue } = await open();
  await queue.process();
  const job = await queue.transaction((tx) => queue.enqueue(work, undefined, { transaction: tx }));
  expect(await queue.waitFor(job)).toBe('worked');
});

it('refuses no producer and fails no job of two processes that write all the time', async () => {
  const processes = new WorkerProcesses(PROCESS);
  const path = join(processes.folder, 'jobs.sqlite');
  const queue = createQueue({ path, unknownJobs: 'accept' });
  await queue.transaction((tx) =>
    tx.exec('CREATE TABLE orders (id TEXT PRIMARY KEY, shipped INTEGER DEFAULT 0)'),
  );
  onTestFinished(async () => {
    await queue.close();
    await processes.end();
  });
  const children = [processes.start(path, `${ORDERS}`), processes.start(path, `${ORDERS}`)];
  const reports = children.map(async ({ stdout }) => {
    let text = '';
    stdout?.on('data', (chunk) => {
      text += chunk;
    });
    await expect.poll(() => text, { timeout: 120_000 }).toContain('}');
    return JSON.parse(text.slice(text.indexOf('{')));
  });
  const all = 4 * ORDERS;
  expect(await Promise.all(reports)).toEqual([
    { stored: all, errors: [] },
    { stored: all, errors: [] },
  ]);
  const stats = (): Promise<unknown> => queue.getStats();
  const done = { completed: 2 * all, failed: 0, waiting: 0, active: 0, delayed: 0 };
  await expect.poll(stats, { timeout: 120_000 }).toMatchObject(done);
  const shipped = await queue.transaction((tx) =>
    tx.prepare('SELECT count(*) AS orders, sum(shipped) AS shipped FROM orders').get(),
  );
  expect({ ...(shipped as object) }).toEqual({ orders: 2 * all, shipped: 2 * all });
  for (const child of children) {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  }
});
