import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createQueue } from '../../src/index.ts';

const JOBS = 1_000;
const AT_ONCE = 50;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-sqlite-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('commits no job twice that a worker killed before its handler returned had committed', async () => {
  const path = join(folder, 'jobs.sqlite');
  const queue = createQueue({ path, unknownJobs: 'accept' });
  await queue.enqueueMany(Array.from({ length: JOBS }, () => ({ job: 'work', payload: null })));
  const database = new DatabaseSync(path);
  database.exec('CREATE TABLE effects (job TEXT NOT NULL, pid INTEGER NOT NULL)');
  const pids = new Set<number>();
  while ((await queue.getStats()).completed < JOBS) pids.add(await killedWorker(path));

  const count = 'SELECT count(*) AS effects, count(DISTINCT job) AS jobs FROM effects';
  expect({ ...database.prepare(count).get() }).toEqual({ effects: JOBS, jobs: JOBS });
  const by = database.prepare('SELECT DISTINCT pid FROM effects').all();
  expect(by.filter(({ pid }) => !pids.has(Number(pid)))).toEqual([]);
  expect(await queue.getStats()).toMatchObject({ failed: 0, total: JOBS });
  database.close();
  await queue.close();
});

/** Runs a worker until it kills itself; returns its process id. */
async function killedWorker(path: string): Promise<number> {
  const program = join(import.meta.dirname, 'support/unanswered-worker.ts');
  const args = ['--disable-warning=ExperimentalWarning', program, path, String(AT_ONCE)];
  const worker = spawn(process.execPath, args, { stdio: 'inherit' });
  expect(await once(worker, 'exit')).toEqual([null, 'SIGKILL']);
  return worker.pid ?? 0;
}
