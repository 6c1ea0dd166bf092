import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PostgresServer } from '@philjs/jobs-faults';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createQueue } from '../../src/index.ts';

const JOBS = 1_000;
const AT_ONCE = 50;

let server: PostgresServer;
let pool: pg.Pool;

beforeEach(async () => {
  server = await PostgresServer.start();
  pool = new pg.Pool({ connectionString: server.url });
  await pool.query('CREATE TABLE effects (job text NOT NULL, pid int NOT NULL)');
});
afterEach(async () => {
  await pool.end();
  await server.stop();
});

it('commits no job twice that a worker killed between commit and answer had committed', async () => {
  const queue = createQueue({ postgres: pool, unknownJobs: 'accept' });
  const items = Array.from({ length: JOBS }, () => ({ job: 'work', payload: null }));
  await queue.enqueueMany(items);
  const pids = new Set<number>();
  while ((await queue.getStats()).completed < JOBS) pids.add(await killedWorker());

  const { rows } = await pool.query(
    'SELECT count(*)::int AS effects, count(DISTINCT job)::int AS jobs FROM effects',
  );
  expect(rows).toEqual([{ effects: JOBS, jobs: JOBS }]);
  // Every one of them was committed by a process that never learnt of it.
  const { rows: by } = await pool.query('SELECT DISTINCT pid FROM effects');
  expect(by.filter(({ pid }) => !pids.has(pid))).toEqual([]);
  expect(await queue.getStats()).toMatchObject({ failed: 0, total: JOBS });
  await queue.close();
});

/** Runs a worker until it kills itself; returns its process id. */
async function killedWorker(): Promise<number> {
  const program = join(import.meta.dirname, 'support/unanswered-worker.ts');
  const args = ['--disable-warning=ExperimentalWarning', program, server.url, String(AT_ONCE)];
  const worker = spawn(process.execPath, args, { stdio: 'inherit' });
  expect(await once(worker, 'exit')).toEqual([null, 'SIGKILL']);
  return worker.pid ?? 0;
}
