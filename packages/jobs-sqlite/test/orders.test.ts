import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { defineJob, type EnqueueItem } from '@philjs/jobs-core';
import { afterAll, expect, it } from 'vitest';
import { createQueue } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-orders-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Turn {
  readonly tenant: string;
}

it('lets 1,000 keys take turns, one of which has most of the jobs', async () => {
  const starts: string[] = [];
  const path = join(folder, 'turns.sqlite');
  const job = defineJob({
    name: 'job',
    fairKey: ({ tenant }: Turn) => tenant,
    removeOnComplete: true,
    handler: ({ tenant }: Turn) => void starts.push(tenant),
  });
  const queue = createQueue({ path, jobs: [job], order: 'fair', concurrency: 10 });
  const itemOf = (tenant: string): EnqueueItem => ({ job, payload: { tenant } });
  const keys = Array.from({ length: 999 }, (_, index) => `tenant-${index}`);
  const items = [...Array.from({ length: 3_000 }, () => 'big'), ...keys, ...keys].map(itemOf);
  await queue.enqueueMany(items as never);
  await queue.process();
  await expect.poll(() => starts.length).toBe(4_998);
  for (const round of [0, 1]) {
    expect(new Set(starts.slice(round * 1_000, (round + 1) * 1_000)).size).toBe(1_000);
  }
  await queue.close();
  const file = new DatabaseSync(path);
  for (const table of ['shares', 'share_lines', 'fair_classes']) {
    expect(file.prepare(`SELECT count(*) AS rows FROM philjs_jobs_${table}`).get()).toEqual({
      rows: 0,
    });
  }
  file.close();
});

it('lets this process and others go on between the slices in which it moves jobs', async () => {
  const path = join(folder, 'between.sqlite');
  const job = defineJob({ name: 'job', handler: () => undefined });
  const queue = createQueue({ path, jobs: [job] });
  await queue.enqueueMany(Array.from({ length: 12_000 }, () => ({ job, payload: undefined })));
  const other = new DatabaseSync(path);
  other.exec('CREATE TABLE notes (id INTEGER PRIMARY KEY)');
  let written = 0;
  const writing = setInterval(() => {
    other.exec('INSERT INTO notes DEFAULT VALUES');
    written += 1;
  }, 1);
  await queue.setOrder('ageing');
  clearInterval(writing);
  other.close();
  await queue.close();
  // Each time other processes have as long as they take to see that the file is free.
  expect(written).toBeGreaterThanOrEqual(11);
});

it('moves thousands of jobs to another order in slices, also those that a dead process left', async () => {
  const path = join(folder, 'moved.sqlite');
  const started: string[] = [];
  const job = defineJob({
    name: 'job',
    handler: (_payload: undefined, ctx) => void started.push(ctx.jobId),
  });
  const queue = createQueue({ path, jobs: [job] });
  const items = Array.from({ length: 2_500 }, (_, index) => ({
    job,
    payload: undefined,
    options: { jobId: `j${index}`, deadline: 2_000_000_000_000 - index },
  }));
  await queue.enqueueMany(items);
  await queue.setOrder('deadline');
  const waiting = async (): Promise<string[]> => {
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await queue.getJobs({ status: 'waiting', order: 'oldest', limit: 700, cursor });
      ids.push(...page.jobs.map(({ id }) => id));
      cursor = page.cursor;
    } while (cursor !== undefined);
    return ids;
  };
  const listed = await waiting();
  expect(listed).toEqual(items.map(({ options }) => options.jobId).reverse());
  expect((await queue.explain('j2400')).place).toMatchObject({ ahead: 99 });
  await queue.setOrder('fifo');
  expect((await waiting())[0]).toBe('j0');
  // A process stores the order, and dies before it has moved a job.
  const file = new DatabaseSync(path);
  file.exec(`UPDATE philjs_jobs_queues SET policy = 'deadline', order_revision = order_revision + 1,
    moved_rank = ${Number.MIN_SAFE_INTEGER}, moved_turn = 0`);
  file.close();
  await queue.process();
  await expect.poll(() => started.length).toBe(2_500);
  await queue.close();
});

it('leaves very many jobs to workers when a queue names its first order, and lists all of them', async () => {
  const path = join(folder, 'adopted.sqlite');
  const job = defineJob({ name: 'job', handler: () => undefined });
  const before = createQueue({ path, jobs: [job] });
  const items = Array.from({ length: 12_000 }, (_, index) => ({
    job,
    payload: undefined,
    options: { deadline: 2_000_000_000_000 - index },
  }));
  await before.enqueueMany(items);
  await before.close();
  const queue = createQueue({ path, jobs: [job], order: 'deadline', concurrency: 5 });
  expect((await queue.getStats()).waiting).toBe(12_000);
  const file = new DatabaseSync(path);
  const isMoving = (): boolean =>
    file.prepare('SELECT moved_rank FROM philjs_jobs_queues').get()?.['moved_rank'] !== null;
  expect(isMoving()).toBe(true);
  let listed = 0;
  let cursor: string | undefined;
  do {
    const page = await queue.getJobs({ status: 'waiting', limit: 1_000, cursor });
    listed += page.jobs.length;
    cursor = page.cursor;
  } while (cursor !== undefined);
  expect(listed).toBe(12_000);
  await queue.process();
  await expect.poll(isMoving).toBe(false);
  file.close();
  await queue.close();
});

it('looks jobs of an order up by an index, whatever waits', () => {
  const file = new DatabaseSync(join(folder, 'turns.sqlite'));
  const planOf = (sql: string): string =>
    file
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map((row) => String((row as { detail: string }).detail))
      .join('; ');
  const waits = `queue = ? AND limited = 0 AND status = 'waiting'`;
  const plans = [
    `SELECT * FROM philjs_jobs_jobs WHERE ${waits} AND number IS NOT NULL ORDER BY class, number, turn LIMIT ?`,
    `SELECT key, turn, weight FROM philjs_jobs_jobs WHERE ${waits} AND class IS NOT NULL AND number IS NULL AND class = ?
      AND fair_key IS ? AND turn > ? ORDER BY turn LIMIT ?`,
    `SELECT class, key FROM philjs_jobs_shares WHERE queue = ? AND head_number IS NOT NULL ORDER BY class, head_number, since LIMIT ?`,
    `SELECT rank FROM philjs_jobs_lines WHERE queue = ? AND name = ? AND keyed = ? AND opens_at IS NULL ORDER BY rank, number, turn LIMIT 1`,
  ].map(planOf);
  for (const plan of plans) {
    expect(plan).toMatch(/INDEX|PRIMARY KEY/);
    expect(plan).not.toMatch(/SCAN|TEMP B-TREE/);
  }
  file.close();
});
