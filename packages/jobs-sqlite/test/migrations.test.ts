import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { defineJob, type IQueue } from '@philjs/jobs-core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createQueue, type SqliteQueueOptions } from '../src/index.ts';

const double = defineJob({ name: 'double', handler: async (n: number) => n * 2 });
const outdated = {
  code: 'JOBS_SCHEMA_OUTDATED',
  message: expect.stringContaining('delete the file'),
};

let folder: string;
let path: string;
const opened: IQueue[] = [];

function open(options: SqliteQueueOptions = {}, create = createQueue): IQueue {
  const queue = create({ path, jobs: [double], ...options });
  opened.push(queue);
  return queue;
}

/** Runs SQL of another program on the file. */
function run(sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

/** Returns the package as its next version, with one step more. */
async function nextVersion(): Promise<typeof createQueue> {
  vi.resetModules();
  vi.doMock('../src/database/schema.ts', async (original) => {
    const { STEPS } = await original<typeof import('../src/database/schema.ts')>();
    const step = `ALTER TABLE philjs_jobs_jobs ADD COLUMN note TEXT DEFAULT 'none';
      CREATE TABLE philjs_jobs_notes (note TEXT); INSERT INTO philjs_jobs_notes VALUES ('made')`;
    return { STEPS: [...STEPS, step] };
  });
  return (await import('../src/index.ts')).createQueue;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-sqlite-'));
  path = join(folder, 'jobs.sqlite');
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((queue) => queue.close()));
  rmSync(folder, { recursive: true, force: true });
});

it('brings a file up to date by a step that was added, and keeps its jobs', async () => {
  const before = open();
  const { id } = await before.enqueue(double, 4);
  await before.close();
  const queue = open({}, await nextVersion());
  await queue.process();
  expect(await queue.waitFor(id)).toBe(8);
  const file = new DatabaseSync(path);
  expect(file.prepare('SELECT version, note FROM philjs_jobs, philjs_jobs_notes').all()).toEqual([
    { version: 2, note: 'made' },
  ]);
  file.close();
  await expect(open().getStats()).rejects.toMatchObject({ code: 'JOBS_BACKEND_UNAVAILABLE' });
});

it('loses no job while a worker of the next version replaces one of this', async () => {
  const runs: number[] = [];
  const note = defineJob({
    name: 'note',
    handler: async (n: number) => {
      runs.push(n);
      await new Promise((resolve) => setTimeout(resolve, 2));
    },
  });
  const options = { jobs: [note], concurrency: 5, lockDuration: 1_000 } as const;
  const old = open({ ...options, logger: { debug() {}, info() {}, warn() {}, error() {} } });
  await old.enqueueMany(Array.from({ length: 400 }, (_, n) => ({ job: note, payload: n })));
  await old.process();
  await expect.poll(() => runs.length).toBeGreaterThan(50);
  const queue = open(options, await nextVersion());
  await queue.process();
  await expect(old.enqueue(note, 0)).rejects.toMatchObject({ code: 'JOBS_BACKEND_UNAVAILABLE' });
  await expect.poll(async () => (await queue.getStats()).completed, { timeout: 15_000 }).toBe(400);
  expect(new Set(runs).size).toBe(400);
  // Those that ran while the tables changed.
  expect(runs.length).toBeLessThanOrEqual(405);
  // It would try for long to store what ended meanwhile.
  await old.close({ timeout: 100 });
});

it.each([
  [
    'has tables without a prefix',
    'CREATE TABLE queues (queue INTEGER PRIMARY KEY, name TEXT, schedule_revision INTEGER); PRAGMA user_version = 8',
  ],
  [
    'was made by later numbers of the steps before',
    'CREATE TABLE philjs_jobs (version INTEGER); INSERT INTO philjs_jobs VALUES (13)',
  ],
])('refuses a file from before the first release that %s', async (_what, sql) => {
  run(sql);
  await expect(open().getStats()).rejects.toMatchObject(outdated);
});

it('refuses a file that another edit of the first step made', async () => {
  await open().getStats();
  run(`UPDATE philjs_jobs SET fingerprint = 'other'`);
  await expect(open().getStats()).rejects.toMatchObject(outdated);
  await expect(open({}, await nextVersion()).getStats()).rejects.toMatchObject(outdated);
});

it('shares a file with tables of an application, whose version stands in its header', async () => {
  run(`PRAGMA user_version = 99; CREATE TABLE jobs (title TEXT); CREATE TABLE tags (name TEXT);
    CREATE TABLE events (at INTEGER); CREATE TABLE logs (line TEXT); CREATE TABLE queues (name TEXT);
    CREATE INDEX jobs_by_name ON jobs (title); INSERT INTO jobs VALUES ('baker')`);
  const queue = open();
  await queue.process();
  queue.on('completed', () => {});
  const job = await queue.enqueue(double, 4, { tags: ['even'] });
  expect(await queue.waitFor(job)).toBe(8);
  const file = new DatabaseSync(path);
  expect(file.prepare('PRAGMA user_version').get()).toEqual({ user_version: 99 });
  expect(file.prepare('SELECT * FROM jobs').all()).toEqual([{ title: 'baker' }]);
  for (const table of ['tags', 'events', 'logs', 'queues'])
    expect(file.prepare(`SELECT * FROM ${table}`).all()).toEqual([]);
  file.close();
});

it.each([
  ['table', 'CREATE TABLE philjs_jobs_tags (name TEXT)'],
  ['table', 'CREATE TABLE philjs_jobs (name TEXT)'],
  ['view', 'CREATE VIEW philjs_jobs_all AS SELECT 1'],
])('refuses a file with a %s of an application that has one of its names', async (type, sql) => {
  run(sql);
  await expect(open().getStats()).rejects.toMatchObject({
    code: 'JOBS_CONFLICT',
    details: { type },
  });
});

it('makes only what has a name of its own', async () => {
  await open().getStats();
  const file = new DatabaseSync(path);
  const names = file
    .prepare(`SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'`)
    .all();
  file.close();
  expect(names.length).toBeGreaterThan(25);
  expect(names.filter(({ name }) => !String(name).startsWith('philjs_jobs'))).toEqual([]);
});
