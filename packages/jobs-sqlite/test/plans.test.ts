import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { defineJob, item, systemClock } from '@philjs/jobs-core';
import { expect, it, onTestFinished } from 'vitest';
import type { SqliteDriver } from '../src/database/sqlite-driver.ts';
import { createQueue } from '../src/index.ts';
import { retain } from '../src/jobs/retain.ts';
import { reopen } from '../src/limits/limited-name.ts';
import { SqliteQueueStore } from '../src/state/queue-store.ts';

const prepared = new Set<string>();

/** Notes the statements that are prepared. */
class Noting extends DatabaseSync {
  override prepare(sql: string) {
    prepared.add(sql);
    return super.prepare(sql);
  }
}

it('finds the jobs that are to be removed without reading the others', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-sqlite-'));
  const path = join(folder, 'jobs.sqlite');
  const driver = Noting as SqliteDriver;
  const options = {
    path,
    driver,
    synchronous: 'normal',
    queueName: 'jobs',
    clock: systemClock,
  } as const;
  const store = await SqliteQueueStore.open(options);
  onTestFinished(() => {
    store.file.close();
    rmSync(folder, { recursive: true });
  });
  prepared.clear();
  await store.change((change) => {
    change.moved(undefined, 'completed', 10);
    change.keeps('completed', 'job', 10);
    retain(change, 'completed', 'job', { ageMs: 1, count: 1, total: 1 });
  });
  const looks = [...prepared].filter((sql) => sql.includes('FROM philjs_jobs_jobs'));
  expect(looks).toHaveLength(3);
  const database = new DatabaseSync(path);
  for (const sql of looks) {
    const values = Array.from(sql.matchAll(/\?/g), () => 1);
    const steps = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values);
    expect(steps.map(({ detail }) => detail)).toEqual([
      expect.stringMatching(/^SEARCH philjs_jobs_jobs/),
    ]);
  }
  database.close();
});

it('looks only at what no job waits for any more when a job of a workflow ends, whatever has ended before', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-sqlite-'));
  const path = join(folder, 'jobs.sqlite');
  const step = defineJob({ name: 'step', handler: () => 1 });
  const queue = createQueue({ path, jobs: [step], driver: Noting as SqliteDriver });
  onTestFinished(async () => {
    await queue.close();
    rmSync(folder, { recursive: true });
  });
  prepared.clear();
  await queue.process();
  const kept = [{ removeOnComplete: true }, { removeOnComplete: { count: 5 } }];
  for (const options of kept) {
    const first = item(step, undefined, options);
    const next = item(step, undefined, { dependsOn: [first] });
    const [, last] = await queue.enqueueMany([first, next]);
    await queue.waitFor(last);
  }
  const looks = [...prepared].filter((sql) => sql.includes('held = 1 AND awaited = 0'));
  expect(looks.length).toBeGreaterThanOrEqual(3);
  const database = new DatabaseSync(path);
  for (const sql of looks) {
    const values = Array.from(sql.matchAll(/\?/g), () => 1);
    const [look] = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values);
    expect(look?.['detail']).toContain('INDEX philjs_jobs_jobs_to_let_go');
  }
  database.close();
});

it('writes only the lines that are shut when limits change', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-sqlite-'));
  const path = join(folder, 'jobs.sqlite');
  const driver = DatabaseSync as SqliteDriver;
  const rest = { driver, synchronous: 'normal', queueName: 'jobs', clock: systemClock } as const;
  const store = await SqliteQueueStore.open({ path, ...rest });
  onTestFinished(() => {
    store.file.close();
    rmSync(folder, { recursive: true });
  });
  await store.change(({ file, queue }) => {
    const line = `INSERT INTO philjs_jobs_lines (queue, name, rate_key, concurrency_key, keyed, rank, number, turn, arrival, opens_at)
      VALUES (?, 'job', ?, '', 1, 0, 0, 0, 0, ?)`;
    for (let key = 0; key < 1_000; key++) file.run(line, queue, `${key}`, key < 3 ? 1 : null);
  });
  const written = (): number => Number(store.file.get('SELECT total_changes() AS rows')?.['rows']);
  const before = written();
  await store.change((change) => reopen(change, 'job'));
  expect(written() - before).toBe(3);
  const shut = store.file.get(
    'SELECT count(*) AS rows FROM philjs_jobs_lines WHERE opens_at IS NOT NULL',
  );
  expect(shut).toEqual({ rows: 0 });
});
