import { defineJob } from '@philjs/jobs-core';
import { PostgresServer } from '@philjs/jobs-faults';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createQueue } from '../src/index.ts';

const work = defineJob({ name: 'work', handler: async () => undefined });

let server: PostgresServer;
beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(() => server.stop());

it('keeps no answers of a worker that has left, under whatever name it went on', async () => {
  const pool = new pg.Pool({ connectionString: server.url });
  const queue = createQueue({ postgres: pool, jobs: [work] });
  await queue.process();
  const { id } = await queue.enqueue(work, undefined);
  await queue.waitFor(id);
  // As a worker that had to go on under another name, and one whose name begins alike.
  await pool.query(`INSERT INTO philjs_jobs.holders (queue, holder, seen_at)
    SELECT h.queue, h.holder || name, h.seen_at FROM philjs_jobs.holders h, unnest(ARRAY['~1', '~2', 'x']) AS name`);
  await queue.stop();
  const { rows } = await pool.query('SELECT holder FROM philjs_jobs.holders');
  expect(rows).toEqual([{ holder: expect.stringMatching(/x$/) }]);
  await queue.close();
  await pool.end();
});
