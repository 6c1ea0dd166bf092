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
