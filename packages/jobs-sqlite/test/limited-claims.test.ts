import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type BackendFactory, createQueue, type EnqueueItem } from '@philjs/jobs-core';
import type { Backend, LeaseStore } from '@philjs/jobs-core/backend';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { SqliteDriver } from '../src/database/sqlite-driver.ts';
import { sqliteBackend } from '../src/index.ts';

/** How many rows statements have returned that read the limits of names. */
let limitsRead = 0;

/** Counts the rows of names with limits that are read. */
class Counting extends DatabaseSync {
  override prepare(sql: string): ReturnType<DatabaseSync['prepare']> {
    const statement = super.prepare(sql);
    if (!sql.startsWith('SELECT * FROM philjs_jobs_limits')) return statement;
    const all = statement.all.bind(statement);
    statement.all = ((...values: never[]) => {
      const rows = all(...values);
      limitsRead += rows.length;
      return rows;
    }) as typeof statement.all;
    return statement;
  }
}

let sequence = 0;
beforeEach(() => {
  sequence = 0;
});

async function exchange(leases: LeaseStore, limit: number): Promise<string[]> {
  const rest = { ended: [], leaseMs: 60_000, limits: new Map(), maxStalledCount: 1 };
  sequence += 1;
  const params = { holder: 'holder', sequence, limit, now: Date.now(), ...rest };
  return (await leases.exchange(params as never)).jobs.map(({ name }) => name);
}

async function open(order: 'fifo' | 'deadline') {
  const folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-sqlite-'));
  const path = join(folder, 'jobs.sqlite');
  const make = sqliteBackend({ path, driver: Counting as SqliteDriver });
  let made: Backend | undefined;
  const backend: BackendFactory = (context) => {
    made = make(context);
    return made;
  };
  const queue = createQueue({ backend, order, unknownJobs: 'accept' });
  await queue.getStats();
  const file = new DatabaseSync(path);
  onTestFinished(async () => {
    await queue.close();
    file.close();
    rmSync(folder, { recursive: true });
  });
  const add = async (name: string, count: number): Promise<void> => {
    const item: EnqueueItem = { job: name, payload: 1 };
    await queue.enqueueMany(Array.from({ length: count }, () => item) as never);
  };
  return { queue, add, file, leases: (made as Backend).leases as LeaseStore };
}

it('sorts no more waiting jobs into lines than it takes to find those that start', async () => {
  const { queue, add, file, leases } = await open('fifo');
  await queue.pauseJobs('mail');
  await queue.resumeJobs('mail');
  await add('mail', 2_000);
  const sorted = (): number =>
    Number(
      file.prepare('SELECT count(*) AS jobs FROM philjs_jobs_jobs WHERE limited = 1').get()?.[
        'jobs'
      ],
    );
  expect(await exchange(leases, 1)).toEqual(['mail']);
  expect(sorted()).toBeLessThanOrEqual(4);
  for (let start = 1; start < 100; start++) expect(await exchange(leases, 1)).toHaveLength(1);
  expect(sorted()).toBeLessThanOrEqual(104);
  // Others come in their turn, however many are sorted before.
  await add('plain', 1);
  await queue.pauseJobs('mail');
  const started: string[] = [];
  for (let look = 0; look < 3; look++) started.push(...(await exchange(leases, 1)));
  expect(started).toEqual(['plain']);
});

it('reads the limits of open names once, however far it looks for jobs that may start', async () => {
  const { queue, add, leases } = await open('fifo');
  for (let name = 0; name < 50; name++) {
    await queue.setLimits(`open-${name}`, { concurrency: 5 });
  }
  await queue.pauseJobs('mail');
  await add('mail', 500);
  await add('open-7', 1);
  await add('plain', 1);
  limitsRead = 0;
  expect(await exchange(leases, 2)).toEqual(['open-7', 'plain']);
  expect(limitsRead).toBeLessThanOrEqual(51);
});

describe.each(['fifo', 'deadline'] as const)('in an order %s', (order) => {
  it('reads no limits of names that are paused', async () => {
    const { queue, add, leases } = await open(order);
    for (let name = 0; name < 100; name++) await queue.pauseJobs(`paused-${name}`);
    for (let name = 0; name < 50; name++) await add(`paused-${name}`, 2);
    await add('plain', 3);
    expect(await exchange(leases, 1)).toEqual(['plain']);
    limitsRead = 0;
    expect(await exchange(leases, 1)).toEqual(['plain']);
    expect(limitsRead).toBe(0);
    await queue.resumeJobs('paused-7');
    expect(await exchange(leases, 2)).toEqual(['paused-7', 'paused-7']);
    expect(limitsRead).toBeLessThanOrEqual(2);
  });
});
