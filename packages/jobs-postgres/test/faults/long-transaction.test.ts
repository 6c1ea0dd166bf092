import { setTimeout as sleep } from 'node:timers/promises';
import { defineJob } from '@philjs/jobs-core';
import { PostgresServer } from '@philjs/jobs-faults';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { createQueue } from '../../src/index.ts';

const JOBS = 5_000;
const AT_ONCE = 500;
/**
 * How many pages an exchange reads for each job that ran while the transaction was open: it looks for jobs to start, and, as it
 * finds none, for jobs that others hold. Each look reads the page of the row, and a part of one of the index.
 */
const PAGES_A_JOB = 2.2;

test('reads two pages more a job while a transaction holds back vacuum, and as few as before after it', async () => {
  const server = await PostgresServer.start({ config: { autovacuum_naptime: '1s' } });
  const client = new pg.Client(server.url);
  const holder = new pg.Client(server.url);
  let ended = 0;
  const job = defineJob({ name: 'work', handler: async () => void ended++ });
  const queue = createQueue({ jobs: [job], concurrency: 16, postgres: server.url });
  onTestFinished(async () => {
    await queue.close();
    await Promise.all([client.end(), holder.end()]);
    await server.stop();
  });
  await Promise.all([client.connect(), holder.connect()]);
  const run = async (jobs: number): Promise<void> => {
    const last = ended + jobs;
    for (let n = 0; n < jobs; n += AT_ONCE) {
      await queue.enqueueMany(Array.from({ length: AT_ONCE }, () => ({ job, payload: null })));
    }
    while (ended < last) await sleep(10);
    while ((await queue.getStats()).active > 0) await sleep(10);
  };
  let sequence = 0;
  /** Returns how many pages an exchange reads that finds no job. */
  const pages = async (): Promise<number> => {
    sequence += 1;
    const { rows } = await client.query(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT * FROM philjs_jobs.exchange(1, 'test', ${sequence}, NULL, 1, 30000, '{"max":1}', '{}')`,
    );
    const [{ Plan: plan }] = rows[0]['QUERY PLAN'];
    return plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
  };
  const untilFew = async (most: number): Promise<number> => {
    for (;;) {
      const read = await pages();
      if (read <= most) return read;
      await sleep(200);
    }
  };

  await queue.process();
  await run(1_000);
  const before = await untilFew(500);
  await holder.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  await holder.query('SELECT count(*) FROM philjs_jobs.jobs');
  await run(JOBS);
  await sleep(3_000);
  const held = await pages();
  await holder.query('COMMIT');
  const committedAt = performance.now();
  const after = await untilFew(500);
  const cleanMs = Math.round(performance.now() - committedAt);
  const report = { jobs: JOBS, before, held, after, cleanMs };
  process.stdout.write(`pages an exchange reads: ${JSON.stringify(report)}\n`);
  expect(held).toBeLessThanOrEqual(before + PAGES_A_JOB * JOBS);
  expect(await queue.getStats()).toMatchObject({ failed: 0, waiting: 0, active: 0 });
});
