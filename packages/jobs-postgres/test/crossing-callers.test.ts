import { defineJob } from '@philjs/jobs-core';
import { PostgresServer } from '@philjs/jobs-faults';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { createQueue } from '../src/index.ts';

const SCHEMA = '-c search_path=philjs_jobs';
const note = defineJob({ name: 'note', handler: async () => undefined });
const item = (jobId: string, deduplicate?: string) => ({
  job: note,
  payload: jobId,
  options: { jobId, ...(deduplicate !== undefined && { deduplicate }) },
});

let server: PostgresServer;
let pool: pg.Pool;
let queues = 0;
let open: ReturnType<typeof makeQueue>;
/** The number of the queue in the schema. */
let queue: number;

beforeAll(async () => {
  server = await PostgresServer.start();
  pool = new pg.Pool({ connectionString: server.url, options: `${SCHEMA} -c lock_timeout=10s` });
});
afterAll(async () => {
  await pool.end();
  await server.stop();
});
beforeEach(async () => {
  const name = `crossing-${++queues}`;
  open = makeQueue(name);
  await open.getStats();
  const { rows } = await pool.query('SELECT queue FROM philjs_jobs.queues WHERE name = $1', [name]);
  queue = rows[0].queue;
  return () => open.close();
});

function makeQueue(name: string) {
  return createQueue({ postgres: server.url, name, jobs: [note] });
}

/** Has a caller hold what it locked first while another one waits for it, then lock more. */
async function cross(
  first: (holder: pg.Client) => Promise<unknown>,
  waiting: () => Promise<unknown>,
  then: (holder: pg.Client) => Promise<unknown>,
): Promise<void> {
  const holder = new pg.Client({
    connectionString: server.url,
    options: SCHEMA,
  });
  await holder.connect();
  let waits: Promise<unknown> | undefined;
  try {
    await holder.query('BEGIN');
    await first(holder);
    waits = waiting();
    for (let seen = 0; seen === 0; await new Promise(setImmediate)) {
      seen = (await pool.query('SELECT 1 FROM pg_locks WHERE NOT granted')).rows.length;
    }
    await holder.query("SET LOCAL lock_timeout = '10s'");
    await then(holder);
    await holder.query('COMMIT');
  } finally {
    await holder.end();
    await waits;
  }
}

/** Waits for no one while a row is locked by another. */
async function beside(row: string, values: readonly unknown[], work: () => Promise<unknown>) {
  const holder = await pool.connect();
  try {
    await holder.query('BEGIN');
    expect((await holder.query(`${row} FOR UPDATE`, [...values])).rows).toHaveLength(1);
    await work();
    await holder.query('COMMIT');
  } finally {
    holder.release();
  }
}

const remove = (holder: pg.Client, id: string) =>
  holder.query("SELECT remove_jobs($1, ARRAY[$2], ARRAY['waiting', 'cancelled'], 1)", [queue, id]);

it('adds jobs of the same ids from two callers, in opposite orders', async () => {
  await cross(
    (transaction) => open.enqueueMany([item('a')], { transaction }),
    () => open.enqueueMany([item('b'), item('a')]),
    (transaction) => open.enqueueMany([item('b')], { transaction }),
  );
  expect(await open.getStats()).toMatchObject({ waiting: 2 });
});

it('adds jobs of held keys while their holders are removed, in the opposite order', async () => {
  await open.enqueueMany([item('a', 'one'), item('b', 'two')]);
  await cross(
    (holder) => remove(holder, 'a'),
    () => open.enqueueMany([item('c', 'two'), item('d', 'one')]),
    (holder) => remove(holder, 'b'),
  );
  expect(await open.getStats()).toMatchObject({ waiting: 2 });
});

it('leaves no key with a job that was removed while it was put back', async () => {
  await open.enqueue(note, 'a', { jobId: 'a', deduplicate: 'one' });
  await open.cancelJob('a');
  await cross(
    (holder) => remove(holder, 'a'),
    () => open.retryJob('a').catch(() => undefined),
    async () => undefined,
  );
  await open.enqueue(note, 'b', { jobId: 'b', deduplicate: 'one' });
  expect(await open.getStats()).toMatchObject({ waiting: 1 });
});

it('starts no job after the queue was paused, though a worker had looked before that', async () => {
  await open.enqueue(note, 'a', { jobId: 'a' });
  await pool.query(`SELECT set_limits($1, 'note', '{"concurrency":1}')`, [queue]);
  let started: unknown[] = [];
  await cross(
    (holder) => holder.query('SELECT lock_limits($1)', [queue]),
    async () => {
      const sql = `SELECT id FROM exchange($1, 'worker', 1, NULL, 1, 1000, '{"max":1}', '{}') WHERE header IS NULL`;
      started = (await pool.query(sql, [queue])).rows;
    },
    () => open.pause(),
  );
  expect(started).toEqual([]);
  expect(await open.getStats()).toMatchObject({ waiting: 1, active: 0 });
});

it.each([
  ['plain', async () => undefined],
  ['limited', () => open.setLimits('note', { concurrency: 1 })],
  ['fairly ordered', () => open.setOrder('fair')],
  ['ordered', () => open.setOrder('ageing')],
  [
    'doomed',
    async () => {
      await open.removeJob('a');
      await open.enqueue(note, 'first', { jobId: 'first' });
      await open.enqueue(note, 'a', { jobId: 'a', dependsOn: ['first'] });
      await open.cancelJob('first');
    },
  ],
])('looks again soon at a %s job that another caller holds', async (_, arrange) => {
  await open.enqueue(note, 'a', { jobId: 'a' });
  await arrange();
  const look = async (sequence: number) => {
    const sql = `SELECT header, id FROM exchange($1, 'worker', $2, NULL, 1, 1000, '{"max":1}', '{}')`;
    const [answer, ...jobs] = (await pool.query(sql, [queue, sequence])).rows;
    return { waitMs: answer.header.nextAt - answer.header.now, ids: jobs.map(({ id }) => id) };
  };
  await beside('SELECT 1 FROM jobs WHERE queue = $1 AND id = $2', [queue, 'a'], async () => {
    expect(await look(1)).toEqual({ waitMs: 50, ids: [] });
  });
  expect(await look(2)).toMatchObject({ ids: ['a'] });
});

it.each([
  ['fires', "SELECT fire_schedule($1, 's', 1, 2, '{}', '[]', false, '[]', 100, false, NULL)"],
  [
    'fires, with others,',
    `SELECT fire_schedules($1, '[{"id":"s","expected":1,"next_at":2,"state":"{}","jobs":[],"keyed":false,"entries":[],"keep":100,"track":false}]')`,
  ],
  ['removes', "SELECT remove_schedule($1, 's')"],
])('%s a schedule while another one changes it', async (_, change) => {
  const put = "SELECT put_schedule($1, 's', 'note', '{}', '{}', 1, $2)";
  await pool.query(put, [queue, 0]);
  await cross(
    (holder) => holder.query('SELECT 1 FROM queues WHERE queue = $1 FOR UPDATE', [queue]),
    () => pool.query(change, [queue]),
    (holder) => holder.query(put, [queue, 1]),
  );
  const { rows } = await pool.query('SELECT next_at FROM schedules WHERE queue = $1', [queue]);
  expect(rows.map((row) => row.next_at)).not.toContain(2);
});

it('retains beside those who change finished jobs', async () => {
  await open.enqueueMany([item('a'), item('b')]);
  await open.cancelJobs();
  await beside('SELECT 1 FROM jobs WHERE queue = $1 AND id = $2', [queue, 'a'], () =>
    pool.query("SELECT drop_finished($1, 'cancelled', 'note', 2, 0)", [queue]),
  );
  expect(await open.getStats()).toMatchObject({ cancelled: 1 });
});

it('forgets keys whose time is over beside those who take them', async () => {
  await pool.query(
    "INSERT INTO keys VALUES ($1, 'one', 'a', 'drop', 1, 0), ($1, 'two', 'b', 'drop', 1, 0)",
    [queue],
  );
  await beside('SELECT 1 FROM keys WHERE queue = $1 AND key = $2', [queue, 'one'], () =>
    pool.query("SELECT see_worker($1, 'worker', '{}', 1, 60000)", [queue]),
  );
  const { rows } = await pool.query('SELECT key FROM keys WHERE queue = $1', [queue]);
  expect(rows).toEqual([{ key: 'one' }]);
});

it.each([
  ['another call applies it', "'philjs-jobs retain', $1"],
  ['another queue settles it', "'philjs-jobs workflows ' || current_schema(), 0 * $1"],
])('applies the retention to what a removed job let go, though %s', async (_, lockOf) => {
  const fails = defineJob({
    name: 'fails',
    attempts: 1,
    removeOnFail: { count: 1 },
    handler: () => {
      throw new Error('no');
    },
  });
  const openWorker = () =>
    createQueue({ postgres: server.url, name: open.name, jobs: [note, fails] });
  const first = openWorker();
  const failed = await first.enqueueMany([1, 2, 3].map((payload) => ({ job: fails, payload })));
  const later = await first.enqueue(note, 'later', { delay: 86_400_000 });
  const options = { dependsOn: [...failed, later], onDependencyFailure: 'continue' } as const;
  const waits = await first.enqueue(note, 'waits', options);
  const untilFailed = (count: number): Promise<unknown> =>
    vi.waitUntil(async () => (await open.getStats()).failed === count, { timeout: 120_000 });
  await first.process();
  await untilFailed(3);
  // It applies the retention to what ended before it closes.
  await first.close();
  const holder = await pool.connect();
  try {
    const lock = `advisory_lock(hashtextextended(${lockOf}::int))`;
    await holder.query(`SELECT pg_${lock}`, [queue]);
    await open.removeJob(waits.id);
    await holder.query(`SELECT pg_${lock.replace('lock', 'unlock')}`, [queue]);
  } finally {
    holder.release(true);
  }
  const elsewhere = makeQueue(`${open.name}-elsewhere`);
  onTestFinished(() => elsewhere.close());
  await elsewhere.process();
  const isSettled = async (): Promise<boolean> =>
    (await pool.query('SELECT 1 FROM endings')).rows.length === 0;
  await vi.waitUntil(isSettled, { timeout: 120_000 });
  const second = openWorker();
  onTestFinished(() => second.close());
  await second.process();
  await untilFailed(1);
});

it('applies the retention again after it failed', async () => {
  const counted = defineJob({
    name: 'counted',
    removeOnComplete: { count: 1 },
    handler: () => null,
  });
  const warn = vi.fn();
  const logger = { debug: vi.fn(), info: vi.fn(), warn, error: vi.fn() };
  const options = { postgres: server.url, name: open.name, jobs: [counted], logger };
  const worker = createQueue(options);
  onTestFinished(() => worker.close());
  const untilCompleted = (count: number): Promise<unknown> =>
    vi.waitUntil(async () => (await open.getStats()).completed === count, { timeout: 120_000 });
  await pool.query('ALTER FUNCTION retain(int, text) RENAME TO retain_later');
  try {
    await worker.enqueueMany([1, 2, 3].map((payload) => ({ job: counted, payload })));
    await worker.process();
    await untilCompleted(3);
    const hasFailed = (): boolean => warn.mock.calls.some(([text]) => /not be removed/.test(text));
    await vi.waitUntil(hasFailed, { timeout: 120_000 });
  } finally {
    await pool.query('ALTER FUNCTION retain_later(int, text) RENAME TO retain');
  }
  await untilCompleted(1);
});

it('does not say that a queue has drained while another call settles an end that releases a job', async () => {
  const seen: string[] = [];
  open.on('completed', () => seen.push('completed'));
  open.on('drained', () => seen.push('drained'));
  await vi.waitFor(async () => {
    const { rows } = await pool.query('SELECT philjs_jobs.is_heard($1) AS heard', [queue]);
    expect(rows).toEqual([{ heard: true }]);
  });
  await open.enqueue(note, 'a', { jobId: 'a', delay: 3_600_000 });
  await open.enqueue(note, 'b', { jobId: 'b', dependsOn: ['a'], onDependencyFailure: 'continue' });
  const holder = await pool.connect();
  try {
    await holder.query('BEGIN');
    await holder.query('SELECT lock_workflows(true)');
    await open.cancelJob('a');
    // Its check for the end of all has come, or waits for the lock.
    await vi.waitFor(async () => {
      const waits = await pool.query('SELECT 1 FROM pg_locks WHERE NOT granted');
      expect(waits.rows.length + seen.length).toBeGreaterThan(0);
    });
    await holder.query('COMMIT');
  } finally {
    holder.release();
  }
  await open.process();
  await vi.waitFor(() => expect(seen).toContain('completed'));
  expect(seen[0]).toBe('completed');
});
