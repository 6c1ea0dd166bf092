import { createQueue, type EnqueueItem } from '@philjs/jobs-core';
import { PostgresServer } from '@philjs/jobs-faults';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { postgresBackend } from '../src/index.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await PostgresServer.start({ config: { autovacuum: 'off', fsync: 'off' } });
});
afterAll(() => server.stop());

async function open(name: string, order: 'fifo' | 'deadline') {
  const backend = postgresBackend({ postgres: server.url });
  const queue = createQueue({ backend, name, order, unknownJobs: 'accept' });
  await queue.getStats();
  const client = new pg.Client(server.url);
  await client.connect();
  onTestFinished(async () => {
    await queue.close();
    await client.end();
  });
  const add = async (job: string, count: number): Promise<void> => {
    const item: EnqueueItem = { job, payload: 1 };
    await queue.enqueueMany(Array.from({ length: count }, () => item) as never);
  };
  const sql = 'SELECT queue FROM philjs_jobs.queues WHERE name = $1';
  const number = Number((await client.query(sql, [name])).rows[0].queue);
  let sequence = 0;
  /** Returns how many pages an exchange read. */
  const exchange = async (limit: number): Promise<number> => {
    sequence += 1;
    const call = `exchange(${number}, 'holder', ${sequence}, NULL, ${limit}, 60000, '{"max":1}', '{}')`;
    const { rows } = await client.query(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT * FROM philjs_jobs.${call}`,
    );
    const [{ Plan: plan }] = rows[0]['QUERY PLAN'];
    return plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
  };
  const count = async (condition: string): Promise<number> => {
    const text = `SELECT count(*) AS jobs FROM philjs_jobs.jobs WHERE queue = ${number} AND ${condition}`;
    return Number((await client.query(text)).rows[0].jobs);
  };
  /** Locks the first waiting jobs, until the function that it returns is called. */
  const hold = async (jobs: number): Promise<() => Promise<unknown>> => {
    const other = new pg.Client(server.url);
    await other.connect();
    onTestFinished(() => other.end());
    await other.query(`BEGIN; SELECT 1 FROM philjs_jobs.jobs WHERE queue = ${number} AND status = 'waiting'
      ORDER BY rank, turn LIMIT ${jobs} FOR UPDATE`);
    return () => other.query('ROLLBACK');
  };
  return { queue, add, exchange, count, hold };
}

it('sorts no more waiting jobs into lines than it takes to find those that start', async () => {
  const { queue, add, exchange, count } = await open('sorted', 'fifo');
  await queue.pauseJobs('mail');
  await queue.resumeJobs('mail');
  await add('mail', 2_000);
  await exchange(1);
  expect(await count("status = 'active'")).toBe(1);
  expect(await count('limited')).toBeLessThanOrEqual(4);
  for (let start = 1; start < 20; start++) await exchange(1);
  expect(await count("status = 'active'")).toBe(20);
  expect(await count('limited')).toBeLessThanOrEqual(24);
  await exchange(64);
  expect(await count("status = 'active'")).toBe(84);
  // Others come in their turn, however many are sorted before.
  await add('plain', 1);
  await queue.pauseJobs('mail');
  for (let look = 0; look < 3; look++) await exchange(1);
  expect(await count("status = 'active' AND name = 'plain'")).toBe(1);
});

it('looks past jobs that others hold for those of names with limits', async () => {
  const { queue, add, exchange, count, hold } = await open('held', 'fifo');
  await queue.pauseJobs('mail');
  await queue.resumeJobs('mail');
  await add('plain', 300);
  await add('mail', 2);
  await add('plain', 1);
  const release = await hold(300);
  await exchange(1);
  await exchange(2);
  expect(await count("status = 'active' AND name = 'mail'")).toBe(2);
  expect(await count("status = 'active' AND name = 'plain'")).toBe(1);
  await release();
  await exchange(1);
  expect(await count("status = 'active' AND name = 'plain'")).toBe(2);
});

it('starts jobs of names with limits in their turn, however many start at once', async () => {
  const { queue, add, exchange, count } = await open('many', 'fifo');
  await queue.pauseJobs('mail');
  await queue.resumeJobs('mail');
  await add('plain', 300);
  await add('mail', 300);
  await add('plain', 300);
  await exchange(600);
  expect(await count("status = 'active' AND name = 'plain'")).toBe(300);
  expect(await count("status = 'active' AND name = 'mail'")).toBe(300);
});

describe.each(['fifo', 'deadline'] as const)('in an order %s', (order) => {
  it('reads nothing of names that are paused', async () => {
    const { queue, add, exchange, count } = await open(`paused-${order}`, order);
    for (let name = 0; name < 300; name++) {
      await queue.pauseJobs(`paused-${name}`);
      if (name < 250) await add(`paused-${name}`, 1);
    }
    await add('plain', 3);
    // The first sorts the jobs of the paused names into their lines, and once is enough to make the plans.
    expect(await exchange(1)).toBeLessThan(40_000);
    await exchange(1);
    const read = await exchange(1);
    expect(read < 250 || read).toBe(true);
    expect(await count("status = 'active' AND name = 'plain'")).toBe(3);
    await queue.resumeJobs('paused-7');
    await exchange(2);
    expect(await count("status = 'active' AND name = 'paused-7'")).toBe(1);
  });
});
