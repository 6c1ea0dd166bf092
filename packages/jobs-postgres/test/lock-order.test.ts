import { defineJob } from '@philjs/jobs-core';
import { PostgresServer } from '@philjs/jobs-testkit';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createQueue } from '../src/index.ts';

let server: PostgresServer;
let pool: pg.Pool;

beforeAll(async () => {
  server = await PostgresServer.start();
  pool = new pg.Pool({ connectionString: server.url });
}, 60_000);
afterAll(async () => {
  await pool.end();
  await server.stop();
});

const isWaiting = async (): Promise<boolean> => {
  const { rows } = await pool.query('SELECT 1 FROM pg_locks WHERE NOT granted');
  return rows.length > 0;
};

it('renews leases while their worker says that it waits for work, and jobs are being added', async () => {
  const queue = createQueue({ postgres: server.url });
  await queue.process();
  const { rows } = await pool.query(
    'SELECT holder FROM philjs_jobs.holders JOIN philjs_jobs.queues USING (queue) WHERE hungry',
  );
  const { holder } = rows[0] as { holder: string };
  const adding = new pg.Client({ connectionString: server.url });
  await adding.connect();
  // What stores jobs holds the lock of the wake-ups until its commit.
  await adding.query('BEGIN');
  await adding.query('SELECT philjs_jobs.wake(1)');
  const saying = pool.query('SELECT philjs_jobs.wait_for_work(1, $1)', [holder]);
  try {
    while (!(await isWaiting())) await new Promise(setImmediate);
    // With the locks taken in another order, the two would wait for each other.
    await adding.query("SET LOCAL lock_timeout = '500ms'");
    await adding.query("SELECT * FROM philjs_jobs.extend(1, $1, '[]', 1000)", [holder]);
    await adding.query('COMMIT');
  } finally {
    await adding.end();
    await saying;
  }
  expect(await isWaiting()).toBe(false);
  await queue.close();
});

it('adds the same ids with different keys in different orders from two callers at once', async () => {
  const job = defineJob({ name: 'job', handler: () => undefined });
  const open = () =>
    createQueue({ postgres: new URL(server.url).href, name: 'orders', jobs: [job] });
  const [queue, other] = [open(), open()];
  await queue.getStats();
  const item = (jobId: string, of: string) => ({
    job,
    payload: undefined,
    options: { jobId, deduplicate: `${of} ${jobId}` },
  });
  // Both wait for the one in the middle, which is being added, with their first one added.
  const holding = new pg.Client({ connectionString: server.url });
  await holding.connect();
  await holding.query('BEGIN');
  await queue.enqueue(job, undefined, { jobId: 'm', transaction: holding });
  const adding = [
    queue.enqueueMany(['a', 'm', 'z'].map((id) => item(id, 'one'))),
    other.enqueueMany(['z', 'm', 'a'].map((id) => item(id, 'other'))),
  ];
  const waiting = async (): Promise<number> => {
    const { rows } = await pool.query('SELECT 1 FROM pg_locks WHERE NOT granted');
    return rows.length;
  };
  try {
    while ((await waiting()) < 2) await new Promise(setImmediate);
  } finally {
    await holding.query('ROLLBACK');
    await holding.end();
  }
  const results = await Promise.all(adding);
  expect(results.map((jobs) => jobs.map(({ id }) => id).sort())).toEqual([
    ['a', 'm', 'z'],
    ['a', 'm', 'z'],
  ]);
  expect(results.flat().filter(({ duplicate }) => duplicate)).toHaveLength(3);
  expect((await queue.getStats()).waiting).toBe(3);
  await Promise.all([queue.close(), other.close()]);
}, 30_000);
