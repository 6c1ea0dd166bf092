import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresServer } from '@philjs/jobs-faults';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createQueue } from '../../src/index.ts';

/** How many jobs wait at least when a round begins: a fast machine would otherwise be done before the last round. */
const WAITING = 200;
const WORKERS = 3;

let server: PostgresServer;
let enqueued: number;
const running = new Set<ChildProcess>();

beforeEach(async () => {
  server = await PostgresServer.start();
  await ask('CREATE TABLE effects (job text NOT NULL, pid int NOT NULL)');
  enqueued = 0;
});
afterEach(async () => {
  for (const worker of running) await kill(worker);
  await server.stop();
});

it('commits the effect of each job exactly once when workers are killed again and again', async () => {
  await moreEffects(0);
  const workers = Array.from({ length: WORKERS }, startWorker);
  for (let round = 0; round < 15; round++) {
    await moreEffects(10);
    const index = round % WORKERS;
    await kill(workers[index] as ChildProcess);
    workers[index] = startWorker();
  }
  await expectEachOnce();
});

it('commits the effect of each job exactly once when the server crashes and comes back', async () => {
  await moreEffects(0);
  Array.from({ length: WORKERS }, startWorker);
  for (let crash = 0; crash < 3; crash++) {
    await moreEffects(30);
    await server.kill();
    await sleep(200);
    await server.run();
  }
  await expectEachOnce();
});

/** Waits until as many more jobs have had their effect. Before that, enqueues jobs unless enough are waiting. */
async function moreEffects(count: number): Promise<void> {
  const before = await effects();
  if (enqueued - before < WAITING) await enqueue(2 * WAITING);
  await until(async () => (await effects()) >= before + count);
}

async function enqueue(count: number): Promise<void> {
  const queue = createQueue({ postgres: server.url, unknownJobs: 'accept' });
  await queue.enqueueMany(
    Array.from({ length: count }, () => ({
      job: 'work',
      payload: null,
      // None is removed: all are counted in the end.
      options: { attempts: 50, removeOnComplete: { count: 10_000 } },
    })),
  );
  enqueued += count;
  await queue.close();
}

async function expectEachOnce(): Promise<void> {
  const queue = createQueue({ postgres: server.url });
  await until(async () => (await queue.getStats()).completed === enqueued);
  expect(await queue.getStats()).toMatchObject({ total: enqueued, failed: 0, active: 0 });
  await queue.close();
  const rows = await ask('SELECT job FROM effects GROUP BY job HAVING count(*) > 1');
  expect(rows).toEqual([]);
  expect(await effects()).toBe(enqueued);
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
