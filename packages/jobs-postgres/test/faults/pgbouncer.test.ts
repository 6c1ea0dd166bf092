import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresServer, WorkerProcesses } from '@philjs/jobs-faults';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { createQueue } from '../../src/index.ts';
import { PgBouncer } from './support/pgbouncer.ts';

/** How many jobs there are for each kill: more than are awaited, or a fast machine would be done before the last one. */
const JOBS = 100;
const KILLS = 6;

const WORKER = join(import.meta.dirname, 'support/noting-worker.ts');

test('runs every job through PgBouncer in transaction mode, while workers are killed', async () => {
  const processes = new WorkerProcesses(WORKER);
  const server = await PostgresServer.start();
  const pooler = await PgBouncer.start(server);
  const queue = createQueue({ postgres: pooler.url, listen: false, unknownJobs: 'accept' });
  onTestFinished(async () => {
    await processes.end();
    await queue.close();
    await pooler.stop();
    await server.stop();
  });
  const items = Array.from({ length: JOBS }, () => ({ job: 'work', payload: null }));
  const accepted: string[] = [];
  // More connections to the pooler than it has to the server.
  const workers = Array.from({ length: 4 }, () =>
    processes.start(pooler.url, processes.notes, 'nolisten'),
  );
  for (let kill = 0; kill < KILLS; kill++) {
    const before = processes.noted('end').length;
    accepted.push(...(await queue.enqueueMany(items)).map(({ id }) => id));
    while (processes.noted('end').length < before + 40) await sleep(10);
    const index = kill % workers.length;
    await processes.kill(workers[index] as (typeof workers)[number]);
    workers[index] = processes.start(pooler.url, processes.notes, 'nolisten');
  }
  await processes.untilEnded(accepted);
  while ((await queue.getStats()).completed < accepted.length) await sleep(20);

  const idleSince = performance.now();
  const { id } = await queue.enqueue('work', null);
  await processes.untilEnded([id]);
  const report = {
    ...{
      accepted: accepted.length + 1,
      lost: processes.lost(accepted),
      duplicates: processes.duplicates(),
    },
    ...{ kills: KILLS, idleMs: Math.round(performance.now() - idleSince) },
  };
  process.stdout.write(`PgBouncer in transaction mode: ${JSON.stringify(report)}\n`);
  expect(await queue.getStats()).toMatchObject({ failed: 0 });
});

test('runs jobs through it within seconds when nobody said that it cannot listen there', async () => {
  const processes = new WorkerProcesses(WORKER);
  const server = await PostgresServer.start();
  const pooler = await PgBouncer.start(server);
  const queue = createQueue({ postgres: pooler.url, unknownJobs: 'accept' });
  onTestFinished(async () => {
    await processes.end();
    await queue.close();
    await pooler.stop();
    await server.stop();
  });
  await processes.startReady(pooler.url, processes.notes);
  for (let n = 0; n < 3; n++) {
    const { id } = await queue.enqueue('work', null);
    await processes.untilEnded([id]);
  }
  expect(processes.duplicates()).toBe(0);
});

test('changes the isolation of no other program that it keeps connections for', async () => {
  const level = 'repeatable read';
  const server = await PostgresServer.start({ config: { default_transaction_isolation: level } });
  const pooler = await PgBouncer.start(server, {
    default_pool_size: 1,
    server_reset_query_always: 0,
  });
  const queue = createQueue({ postgres: pooler.url, unknownJobs: 'accept' });
  const other = new pg.Client({ connectionString: pooler.url });
  onTestFinished(async () => {
    await queue.close();
    await other.end();
    await pooler.stop();
    await server.stop();
  });
  await expect(queue.enqueue('work', null)).rejects.toMatchObject({
    code: 'JOBS_INVALID_ARGUMENT',
    message: expect.stringContaining(level),
  });
  await other.connect();
  const { rows } = await other.query('SHOW default_transaction_isolation');
  expect(rows).toEqual([{ default_transaction_isolation: level }]);
});
