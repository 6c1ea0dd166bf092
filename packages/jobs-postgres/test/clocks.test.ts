import { defineJob } from '@philjs/jobs-core';
import { PostgresServer } from '@philjs/jobs-faults';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { createQueue } from '../src/index.ts';

let server: PostgresServer;

beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(() => server.stop());
afterEach(() => {
  vi.restoreAllMocks();
});

it('tries again after the length of time, by a worker whose clock is an hour ahead', async () => {
  const real = Date.now;
  vi.spyOn(Date, 'now').mockImplementation(() => real() + 3_600_000);
  let runs = 0;
  const work = defineJob({
    name: 'work',
    attempts: 2,
    backoff: { type: 'fixed', delay: 10 },
    handler: (_payload: undefined, ctx) => {
      runs += 1;
      if (runs === 1) throw new Error('no');
      if (runs === 2) ctx.snooze(10);
      return runs;
    },
  });
  const queue = createQueue({ postgres: server.url, jobs: [work] });
  await queue.process();
  expect(await queue.waitFor(await queue.enqueue(work))).toBe(3);
  await queue.close();
});

it('delays a job that is changed by a length of time, by a process whose clock is an hour ahead', async () => {
  const work = defineJob({ name: 'work', handler: () => 'ran' });
  const queue = createQueue({ postgres: server.url, name: 'changed', jobs: [work] });
  const job = await queue.enqueue(work, undefined, { delay: 60_000 });
  const real = Date.now;
  vi.spyOn(Date, 'now').mockImplementation(() => real() + 3_600_000);
  await queue.updateJob(job.id, { delay: 100 });
  vi.restoreAllMocks();
  const { runAt } = (await queue.getJob(job.id)) ?? {};
  expect(Number(runAt)).toBeLessThan(Date.now() + 60_000);
  await queue.process();
  expect(await queue.waitFor(job)).toBe('ran');
  await queue.close();
});

interface Call {
  readonly tenant: string;
}

/** For how long a rate or a handler holds jobs back, in milliseconds. */
const HELD_MS = 5_000;
const key = ({ tenant }: Call): string => tenant;
const rated = defineJob({
  name: 'rated',
  rateLimit: { max: 1, per: HELD_MS },
  handler: (_: Call) => undefined,
});
const ratedByKey = defineJob({
  name: 'rated-by-key',
  rateLimit: { max: 1, per: HELD_MS, key },
  handler: (_: Call) => undefined,
});
const held = defineJob({ name: 'held', handler: (_: Call, ctx) => ctx.holdBack(HELD_MS) });
const heldByKey = defineJob({
  name: 'held-by-key',
  concurrency: { max: 5, key },
  handler: (_: Call, ctx) => ctx.holdBack(HELD_MS),
});
const lost = defineJob({ name: 'lost', handler: (_: Call) => undefined });

it('holds no job back for longer when the clock of the server is set back', async () => {
  const client = new pg.Client(server.url);
  await client.connect();
  const setClock = (aheadMs: number) =>
    client.query(`CREATE OR REPLACE FUNCTION ahead.now_ms() RETURNS float8 LANGUAGE sql VOLATILE AS
      $$ SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::float8 + ${aheadMs} $$`);
  const jobs = [rated, ratedByKey, held, heldByKey, lost];
  const open = () => createQueue({ postgres: server.url, schema: 'ahead', jobs });
  const [queue, second] = [open(), open()];
  const payload = { tenant: 'a' };
  const other = await queue.enqueue(lost, payload);
  await setClock(3_600_000);
  await client.query(
    `UPDATE ahead.jobs SET status = 'active', holder = 'gone', fencing_token = 1,
      lease_until = ahead.now_ms() + $2 WHERE id = $1`,
    [other.id, HELD_MS],
  );
  await queue.process();
  const waiting = [other];
  for (const job of [rated, ratedByKey, held, heldByKey]) {
    await queue.waitFor(await queue.enqueue(job as typeof rated, payload));
    waiting.push(await queue.enqueue(job as typeof rated, payload));
  }
  // The worker that takes this one has looked at the others.
  await queue.waitFor(await queue.enqueue(lost, payload));
  await setClock(0);
  await second.process();
  const ended = waiting.map((job) => queue.waitFor(job, { timeout: 120_000 }));
  expect(await Promise.all(ended)).toHaveLength(5);
  await client.end();
  await Promise.all([queue.close(), second.close()]);
});
