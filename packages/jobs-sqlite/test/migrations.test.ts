import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { defineJob } from '@philjs/jobs-core';
import { afterAll, expect, it } from 'vitest';
import { MIGRATIONS } from '../src/database/schema.ts';
import { createQueue } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-sqlite-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('brings a file of version 1 up to date, and keeps what is in it', async () => {
  const path = join(folder, 'old.sqlite');
  const old = new DatabaseSync(path);
  old.exec(
    `${MIGRATIONS[0]}; PRAGMA user_version = 1; INSERT INTO queues (queue, name) VALUES (1, 'jobs')`,
  );
  const keep = '{"ageMs":1000000000,"count":9}';
  const add =
    old.prepare(`INSERT INTO jobs (queue, id, name, status, rank, turn, version, priority, created_at, run_at,
    max_attempts, keep_completed, keep_failed, keep_cancelled, payload, metadata, fencing_token, lease_until, holder)
    VALUES (1, ?, 'double', ?, ?, ?, 1, 0, 0, 0, 2, ?, ?, ?, ?, '{}', ?, ?, ?)`);
  const far = Date.now() + 1_000_000;
  add.run('waits', 'waiting', 0, 1, keep, keep, keep, '4', 0, null, null);
  add.run('runs', 'active', 0, 2, keep, keep, keep, '5', 1, far, 'another');
  add.run('later', 'delayed', far, 3, keep, keep, keep, '6', 0, null, null);
  old.exec(`INSERT INTO counts VALUES (1, 'waiting', 1), (1, 'active', 1), (1, 'delayed', 1);
    INSERT INTO kept VALUES (1, 'failed', 'double', 3); UPDATE queues SET first_turn = -4, last_turn = 70`);
  old.close();

  const double = defineJob({ name: 'double', concurrency: 2, handler: async (n: number) => n * 2 });
  const queue = createQueue({ path, name: 'jobs', jobs: [double] });
  await queue.process();
  expect(await queue.waitFor('waits')).toBe(8);
  expect(await queue.getStats()).toMatchObject({ active: 1, delayed: 1, completed: 1 });
  // What ran before there were limits counts, too.
  await queue.setLimits('double', { concurrency: 1 });
  const held = await queue.enqueue(double, 1);
  const { reasons } = await queue.explain(held.id);
  expect(reasons.map(({ reason }) => reason)).toContain('concurrency-full');
  await queue.close();

  const now = new DatabaseSync(path);
  const counts = now.prepare('SELECT status, jobs FROM counts WHERE queue = 1').all();
  now.close();
  const byName = new Map(counts.map(({ status, jobs }) => [status, Number(jobs)]));
  expect(byName.get('failed double')).toBe(3);
  expect(byName.get('completed double')).toBe(1);
  expect(byName.get('first turn')).toBe(-4);
  expect(byName.get('last turn')).toBeGreaterThan(70);
});

it('keeps the turns of a fair order in a file of version 9', async () => {
  const path = join(folder, 'fair.sqlite');
  const old = new DatabaseSync(path);
  for (const step of MIGRATIONS.slice(0, 9)) old.exec(step);
  old.exec(`UPDATE philjs_jobs SET version = 9;
    INSERT INTO queues (queue, name, policy) VALUES (1, 'jobs', 'fair');
    INSERT INTO counts VALUES (1, 'waiting', 9), (1, 'last turn', 40);
    INSERT INTO fair_classes VALUES (1, 0, 4);
    INSERT INTO shares VALUES (1, 0, 'a', 4, 31, 5), (1, 0, 'b', 3, 30, 3.5), (1, 0, '', 3, 29, 4), (1, 0, 'l', 3, 28, NULL)`);
  const keep = '{"ageMs":1000000000,"count":9}';
  const add =
    old.prepare(`INSERT INTO jobs (queue, id, name, status, rank, turn, version, priority, created_at, run_at,
    max_attempts, keep_completed, keep_failed, keep_cancelled, payload, metadata, fair_key, weight, class, arrived_at, limited)
    VALUES (1, ?, ?, 'waiting', 0, ?, 1, 0, 0, 0, 2, ?, ?, ?, 'null', '{}', ?, ?, 0, 0, ?)`);
  const stored = ['a1 a', 'a2 a', 'b1 b 2', 'b2 b 2', 'b3 b 2', 'n1', 'a3 a', 'n2', 'l1 l'];
  for (const [index, text] of stored.entries()) {
    const [id = '', key = null, weight = null] = text.split(' ');
    const name = key === 'l' ? 'limited' : 'work';
    add.run(id, name, index + 1, keep, keep, keep, key, weight, key === 'l' ? 1 : 0);
  }
  old.exec(`INSERT INTO limits (queue, name, published, was_published) VALUES (1, 'limited', '{"concurrency":1}', 1);
    INSERT INTO share_lines VALUES (1, 0, 'l', 'limited', '', '', 4, 28);
    INSERT INTO lines (queue, name, rate_key, concurrency_key, keyed, rank, number, turn, arrival)
      VALUES (1, 'limited', '', '', 0, 0, 4, 28, 9)`);
  // What a process of version 9 runs to make, to number and to charge a share, and to find the first ones.
  const ofOldProcess = [
    "INSERT INTO shares VALUES (1, 0, 'z', 0, 50, NULL)",
    "UPDATE shares SET number = base + 1 WHERE queue = 1 AND class = 0 AND key = 'a'",
    "UPDATE shares SET base = 5, since = 50, number = 6 WHERE queue = 1 AND class = 0 AND key = 'a'",
    'SELECT key FROM shares WHERE queue = 1 AND number IS NOT NULL ORDER BY class, number, since',
  ].map((sql) => old.prepare(sql));

  const started: string[] = [];
  const handler = (_payload: null, { jobId }: { jobId: string }) => void started.push(jobId);
  const jobs = [
    defineJob({ name: 'work', handler }),
    defineJob({ name: 'limited', concurrency: 1, handler }),
  ];
  const queue = createQueue({ path, name: 'jobs', jobs, order: 'fair', concurrency: 1 });
  await queue.isPaused();
  // One that goes on would start jobs that have started, and put others where none starts.
  for (const statement of ofOldProcess) expect(() => statement.all()).toThrow(/column/);
  old.close();
  expect((await queue.explain('a3')).place).toMatchObject({ ahead: 2, otherKeys: 3 });
  expect((await queue.explain('b1')).place).toMatchObject({ ahead: 0 });
  await queue.process();
  await expect.poll(() => started.length).toBe(9);
  expect(started).toEqual(['b1', 'l1', 'n1', 'b2', 'a1', 'n2', 'b3', 'a2', 'a3']);
  await queue.close();
  const now = new DatabaseSync(path);
  expect(now.prepare('SELECT * FROM share_jobs').all()).toEqual([]);
  expect(now.prepare('SELECT * FROM shares').all()).toEqual([]);
  now.close();
});

it('keeps the turns of a fair order in a file of version 10', async () => {
  const path = join(folder, 'fair-10.sqlite');
  const old = new DatabaseSync(path);
  for (const step of MIGRATIONS.slice(0, 10)) old.exec(step);
  old.exec(`UPDATE philjs_jobs SET version = 10;
    INSERT INTO queues (queue, name, policy) VALUES (1, 'jobs', 'fair');
    INSERT INTO counts VALUES (1, 'waiting', 5), (1, 'last turn', 40);
    INSERT INTO fair_classes VALUES (1, 0, 4);
    INSERT INTO shares VALUES (1, 0, 'a', 4, 31, 5, 1, 1, 0), (1, 0, 'b', 3, 30, 3.5, 3, 3, 1)`);
  const keep = '{"ageMs":1000000000,"count":9}';
  const add =
    old.prepare(`INSERT INTO jobs (queue, id, name, status, rank, turn, version, priority, created_at, run_at,
    max_attempts, keep_completed, keep_failed, keep_cancelled, payload, metadata, fair_key, weight, class, arrived_at)
    VALUES (1, ?, 'work', 'waiting', 0, ?, 1, 0, 0, 0, 2, ?, ?, ?, 'null', '{}', ?, ?, 0, 0)`);
  const line = old.prepare('INSERT INTO share_jobs VALUES (1, 0, ?, ?, ?, ?)');
  line.run('b', -1, 99, 2);
  for (const [index, id] of ['a1', 'a2', 'b1', 'b2', 'a3'].entries()) {
    const [key = '', weight] = [id[0], id.startsWith('b') ? 2 : null];
    add.run(id, index + 1, keep, keep, keep, key, weight);
    line.run(key, index + 1, index + 1, weight);
  }
  const started: string[] = [];
  const handler = (_payload: null, { jobId }: { jobId: string }) => void started.push(jobId);
  const jobs = [defineJob({ name: 'work', handler })];
  const queue = createQueue({ path, name: 'jobs', jobs, order: 'fair', concurrency: 1 });
  await queue.process();
  await expect.poll(() => started.length).toBe(5);
  expect(started).toEqual(['b1', 'b2', 'a1', 'a2', 'a3']);
  // A process of version 10 reads this in each transaction that writes.
  expect(old.prepare('SELECT version > 10 AS is_later FROM philjs_jobs').get()).toEqual({
    is_later: 1,
  });
  await queue.close();
  expect(old.prepare('SELECT * FROM shares').all()).toEqual([]);
  expect(old.prepare('SELECT * FROM share_jobs').all()).toEqual([]);
  old.close();
});

it('keeps the turns of shares in groups in a file of version 12', async () => {
  const path = join(folder, 'fair-12.sqlite');
  const old = new DatabaseSync(path);
  for (const step of MIGRATIONS.slice(0, 12)) old.exec(step);
  old.exec(`UPDATE philjs_jobs SET version = 12;
    INSERT INTO queues (queue, name, policy) VALUES (1, 'jobs', 'fair');
    INSERT INTO counts VALUES (1, 'waiting', 7), (1, 'last turn', 50);
    INSERT INTO fair_classes VALUES (1, 0, 5);
    INSERT INTO shares VALUES (1, 0, 'a', 0, 0, NULL, NULL, NULL, 0, 1, 0), (1, 0, 'b', 0, 0, NULL, NULL, NULL, 0, 1, 2),
      (1, 0, 'c', 0, 0, NULL, NULL, NULL, 0, 1, 1)`);
  const keep = '{"ageMs":1000000000,"count":9}';
  const add =
    old.prepare(`INSERT INTO jobs (queue, id, name, status, rank, turn, version, priority, created_at, run_at,
    max_attempts, keep_completed, keep_failed, keep_cancelled, payload, metadata, fair_key, class, arrived_at)
    VALUES (1, ?, 'work', 'waiting', 0, ?, 1, 0, 0, 0, 2, ?, ?, ?, 'null', '{}', ?, 0, 0)`);
  const line = old.prepare('INSERT INTO share_jobs VALUES (1, 0, ?, ?, ?, NULL)');
  for (const [index, id] of ['a1', 'a2', 'b1', 'b2', 'c1', 'c2', 'c3'].entries()) {
    const [key = ''] = id;
    add.run(id, index + 1, keep, keep, keep, key);
    line.run(key, index + 1, index + 1);
  }
  // As many as have started in this round, then of each member: its seat, its `since`, the turn of its last known job, and these.
  const members = [
    1,
    ...[0, 50, 2, 2, 1, 2, 0, 0, 0, 0, 0, 0],
    ...[1, 41, 6, 2, 5, 6, 0, 0, 0, 0, 0, 0],
    ...[2, 42, 3, 1, 3, 0, 0, 0, 0, 0, 0, 0],
  ];
  old
    .prepare('INSERT INTO share_groups VALUES (1, 1, 0, 4, 40, ?)')
    .run(new Uint8Array(new Float64Array(members).buffer));
  const started: string[] = [];
  const handler = (_payload: null, { jobId }: { jobId: string }) => void started.push(jobId);
  const jobs = [defineJob({ name: 'work', handler })];
  const queue = createQueue({ path, name: 'jobs', jobs, order: 'fair', concurrency: 1 });
  expect((await queue.explain('b1')).place).toMatchObject({ ahead: 0 });
  await queue.process();
  await expect.poll(() => started.length).toBe(7);
  expect(started).toEqual(['c1', 'b1', 'a1', 'c2', 'b2', 'a2', 'c3']);
  // A process of version 12 reads this in each transaction that writes.
  expect(old.prepare('SELECT version > 12 AS is_later FROM philjs_jobs').get()).toEqual({
    is_later: 1,
  });
  await queue.close();
  for (const table of ['shares', 'share_groups', 'share_jobs'])
    expect(old.prepare(`SELECT * FROM ${table}`).all()).toEqual([]);
  old.close();
});

it('shares a file with tables whose version stands in its header', async () => {
  const path = join(folder, 'shop.sqlite');
  const shop = new DatabaseSync(path);
  shop.exec('PRAGMA user_version = 99; CREATE TABLE orders (id INTEGER PRIMARY KEY)');
  const double = defineJob({ name: 'double', handler: async (n: number) => n * 2 });
  const queue = createQueue({ path, jobs: [double] });
  await queue.enqueue(double, 1);
  expect(shop.prepare('PRAGMA user_version').get()).toEqual({ user_version: 99 });
  shop.exec('PRAGMA user_version = 1');
  const other = createQueue({ path, jobs: [double] });
  await other.enqueue(double, 2);
  expect(await queue.getStats()).toMatchObject({ waiting: 2 });
  await Promise.all([queue.close(), other.close()]);
  shop.close();
});

it('names in its README every table that it ever makes, which a file must not have already', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, taken = ''] = /It stands in the table(.*?)\n- /s.exec(readme) ?? [];
  const database = new DatabaseSync(':memory:');
  const made = new Set<string>();
  for (const step of MIGRATIONS) {
    database.exec(step);
    const rows = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    for (const { name } of rows) made.add(String(name));
  }
  database.close();
  made.delete('sqlite_sequence');
  expect(made).toContain('jobs');
  expect([...made].filter((name) => !taken.includes(`\`${name}\``))).toEqual([]);
});
