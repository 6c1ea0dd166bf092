import { defineJob } from '@philjs/jobs-core';
import { PostgresServer } from '@philjs/jobs-faults';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createQueue } from '../src/index.ts';

const add = defineJob({ name: 'add', handler: (n: number) => n + 1 });
const send = defineJob({
  name: 'send',
  deduplicate: (to: string) => to,
  handler: (to: string) => to,
});

let server: PostgresServer;
beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(() => server.stop());

it('stores and completes in a transaction that has temporary tables of the same names', async () => {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  const shadow = async (): Promise<void> => {
    const sql = `SELECT format('CREATE TEMP TABLE %I (LIKE philjs_jobs.%I INCLUDING ALL) ON COMMIT DROP', tablename, tablename) AS sql
      FROM pg_tables WHERE schemaname = 'philjs_jobs'`;
    for (const row of (await client.query<{ sql: string }>(sql)).rows) await client.query(row.sql);
  };
  const complete = defineJob({
    name: 'complete',
    handler: async (_: undefined, ctx) => {
      await client.query('BEGIN');
      await shadow();
      await ctx.completeIn(client, 'done');
      await client.query('COMMIT');
    },
  });
  const queue = createQueue({ postgres: server.url, jobs: [add, send, complete] });
  await queue.getStats();
  await client.query('BEGIN');
  await shadow();
  const within = { transaction: client };
  const first = await queue.enqueue(add, 1, within);
  const items = [2, 3].map((payload) => ({ job: add, payload }));
  const stored = [
    first,
    await queue.enqueue(send, 'ada', within),
    await queue.enqueue(send, 'ada', within),
    await queue.enqueue(add, 4, { ...within, dependsOn: [first] }),
    ...(await queue.enqueueMany(items, within)),
  ];
  await client.query('COMMIT');
  expect(new Set(stored.map(({ id }) => id)).size).toBe(5);
  await queue.process();
  for (const { id } of stored) await queue.waitFor(id);
  expect(await queue.waitFor(await queue.enqueue(complete, undefined))).toBe('done');
  expect(await queue.getStats()).toMatchObject({ completed: 6, total: 6 });
  await queue.close();
  await client.end();
});
