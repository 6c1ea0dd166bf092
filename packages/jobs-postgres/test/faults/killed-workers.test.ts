import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresServer } from '@philjs/jobs-testkit';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createQueue } from '../../src/index.ts';

const JOBS = 600;
const WORKERS = 3;

let server: PostgresServer;
const running = new Set<ChildProcess>();

beforeEach(async () => {
  server = await PostgresServer.start();
  await ask('CREATE TABLE effects (job text NOT NULL, pid int NOT NULL)');
});
afterEach(async () => {
  for (const worker of running) await kill(worker);
  await server.stop();
});

it('commits the effect of each job exactly once when workers are killed again and again', async () => {
  await enqueue();
  const workers = Array.from({ length: WORKERS }, startWorker);
  for (let round = 0; round < 15; round++) {
    const before = await effects();
    await until(async () => (await effects()) > before + 10);
    const index = round % WORKERS;
    await kill(workers[index] as ChildProcess);
    workers[index] = startWorker();
  }
  await expectEachOnce();
});

it('commits the effect of each job exactly once when the server crashes and comes back', async () => {
  await enqueue();
  Array.from({ length: WORKERS }, startWorker);
  for (let crash = 0; crash < 3; crash++) {
    const before = await effects();
    await until(async () => (await effects()) > before + 30);
    await server.kill();
    await sleep(200);
    await server.run();
  }
  await expectEachOnce();
});

async function enqueue(): Promise<void> {
  const queue = createQueue({ postgres: server.url, unknownJobs: 'accept' });
  await queue.enqueueMany(
    Array.from({ length: JOBS }, () => ({ job: 'work', payload: null, options: { attempts: 50 } })),
  );
  await queue.close();
}

async function expectEachOnce(): Promise<void> {
  const queue = createQueue({ postgres: server.url });
  await until(async () => (await queue.getStats()).completed === JOBS);
  expect(await queue.getStats()).toMatchObject({ total: JOBS, failed: 0, active: 0 });
  await queue.close();
  const rows = await ask('SELECT job FROM effects GROUP BY job HAVING count(*) > 1');
  expect(rows).toEqual([]);
  expect(await effects()).toBe(JOBS);
}

async function effects(): Promise<number> {
  const [row] = await ask('SELECT count(*)::int AS count FROM effects');
  return (row as { count: number }).count;
}

async function ask(text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(50);
}

function startWorker(): ChildProcess {
  const program = join(import.meta.dirname, 'support/worker-process.ts');
  const args = ['--disable-warning=ExperimentalWarning', program, server.url];
  const worker = spawn(process.execPath, args, { stdio: 'inherit' });
  running.add(worker);
  return worker;
}

async function kill(worker: ChildProcess): Promise<void> {
  running.delete(worker);
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  worker.kill('SIGKILL');
  await once(worker, 'exit');
}
