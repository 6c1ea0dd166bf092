import { defineJob, type IQueue } from '@philjs/jobs-core';
import { PostgresServer } from '@philjs/jobs-faults';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createQueue } from '../src/index.ts';

let server: PostgresServer;
let pool: pg.Pool;

beforeAll(async () => {
  server = await PostgresServer.start();
  pool = new pg.Pool({ connectionString: server.url });
});
afterAll(async () => {
  await pool.end();
  await server.stop();
});

const waiting = async (): Promise<number> => {
  const { rows } = await pool.query('SELECT 1 FROM pg_locks WHERE NOT granted');
  return rows.length;
};

it('renews leases while their worker says that it waits for work, and jobs are being added', async () => {
  const queue = createQueue({ postgres: server.url });
  await queue.process();
  let holder: string | undefined;
  while (holder === undefined) {
    const { rows } = await pool.query(
      'SELECT holder FROM philjs_jobs.holders JOIN philjs_jobs.queues USING (queue) WHERE hungry',
    );
    holder = rows[0]?.holder;
  }
  const adding = new pg.Client({ connectionString: server.url });
  await adding.connect();
  // What stores jobs holds the lock of the wake-ups until its commit.
  await adding.query('BEGIN');
  await adding.query('SELECT philjs_jobs.wake(1)');
  const saying = pool.query('SELECT philjs_jobs.wait_for_work(1, $1)', [holder]);
  try {
    while ((await waiting()) === 0) await new Promise(setImmediate);
    // With the locks taken in another order, the two would wait for each other.
    await adding.query("SET LOCAL lock_timeout = '10s'");
    await adding.query("SELECT * FROM philjs_jobs.extend(1, $1, '[]', 1000)", [holder]);
    await adding.query('COMMIT');
  } finally {
    await adding.end();
    await saying;
  }
  await expect.poll(waiting).toBe(0);
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
});

interface Crossing {
  readonly queue: IQueue;
  readonly number: number;
}

const KEY_LOCK =
  'SELECT pg_advisory_xact_lock(hashtextextended(key, queue)) FROM keys WHERE queue = $1';

/**
 * Each takes a lock that an open transaction holds, or waits behind another call that does. The transaction then needs the
 * row of the second job, which must be free.
 */
const crossings: Record<
  string,
  readonly [locks: string, (crossing: Crossing) => (() => Promise<unknown>)[]]
> = {
  'adds a job with a key that waits for another': [
    KEY_LOCK,
    ({ queue }) => [
      () => queue.enqueue('job', undefined, { dependsOn: ['second'], deduplicate: 'key' }),
    ],
  ],
  'adds a job with the key of one that waits for another': [
    "SELECT 1 FROM jobs WHERE queue = $1 AND id = 'first' FOR UPDATE",
    ({ queue }) => [
      () => queue.enqueue('job', undefined, { dependsOn: ['second'], deduplicate: 'key' }),
    ],
  ],
  'retries a job with a key for which others wait': [
    KEY_LOCK,
    ({ number }) => [
      async () => {
        await pool.query(
          `UPDATE philjs_jobs.jobs SET status = 'failed', finished_at = 1, node = nextval('philjs_jobs.nodes'),
            deduplication_key = (SELECT key FROM philjs_jobs.keys WHERE queue = $1) WHERE queue = $1 AND id = 'second'`,
          [number],
        );
        await pool.query("SELECT philjs_jobs.retry_jobs($1, '{second}', '{failed}')", [number]);
      },
    ],
  ],
  'changes a job while an order is set': [
    'SELECT hold_order($1)',
    ({ queue }) => [
      () => queue.setOrder('deadline'),
      () => queue.updateJob('second', { priority: 3 }),
    ],
  ],
  'adds a job that waits for another while an order is set': [
    'SELECT hold_order($1)',
    ({ queue }) => [
      () => queue.setOrder('deadline'),
      () => queue.enqueue('job', undefined, { dependsOn: ['second'] }),
    ],
  ],
  'moves jobs to an order while a schedule fires': [
    'SELECT 1 FROM queues WHERE queue = $1 FOR UPDATE',
    ({ number }) => [() => pool.query('SELECT philjs_jobs.move_jobs($1, true)', [number])],
  ],
};

it.each(Object.entries(crossings))('%s', async (name, [locks, call]) => {
  const queue = createQueue({ postgres: server.url, name, unknownJobs: 'accept' });
  await queue.setOrder('fair');
  await queue.enqueue('job', undefined, { jobId: 'first', deduplicate: 'key' });
  await queue.enqueue('job', undefined, { jobId: 'second' });
  const { rows } = await pool.query(
    `UPDATE philjs_jobs.queues SET is_moving = true, moved_rank = '-Infinity', moved_turn = 0, moved_id = NULL
      WHERE name = $1 RETURNING queue`,
    [name],
  );
  const { queue: number } = rows[0] as { queue: number };
  const other = new pg.Client({ connectionString: server.url });
  await other.connect();
  await other.query("BEGIN; SET LOCAL search_path TO philjs_jobs; SET LOCAL lock_timeout = '10s'");
  await other.query(locks, [number]);
  const calls: Promise<unknown>[] = [];
  try {
    for (const [index, calling] of call({ queue, number }).entries()) {
      calls.push(calling());
      while ((await waiting()) <= index) await new Promise(setImmediate);
    }
    await other.query("SELECT 1 FROM jobs WHERE queue = $1 AND id = 'second' FOR UPDATE", [number]);
    await other.query('COMMIT');
  } finally {
    await other.end();
    await Promise.allSettled(calls);
  }
  await Promise.all(calls);
  await queue.close();
});

/** Has a caller hold a job while another call may wait for it; then the caller takes a second one, which must be free. */
async function holding(
  number: number,
  [first, second]: readonly [string, string],
  call: () => Promise<unknown>,
): Promise<void> {
  const lock = 'SELECT 1 FROM philjs_jobs.jobs WHERE queue = $1 AND id = $2 FOR UPDATE';
  const other = new pg.Client({ connectionString: server.url });
  await other.connect();
  await other.query("BEGIN; SET LOCAL lock_timeout = '10s'");
  await other.query(lock, [number, first]);
  let isOver = false;
  const calling = call().finally(() => {
    isOver = true;
  });
  try {
    while (!isOver && (await waiting()) === 0) await new Promise(setImmediate);
    await other.query(lock, [number, second]);
    await other.query('COMMIT');
  } finally {
    await other.end();
    await Promise.allSettled([calling]);
  }
  await calling;
}

const END =
  "UPDATE philjs_jobs.jobs SET status = 'completed', finished_at = 1 WHERE queue = $1 AND id = $2";

/** Opens a queue whose jobs wait for each other; returns it and its number in the schema. */
async function openFlow(name: string): Promise<Crossing> {
  const queue = createQueue({ postgres: server.url, name, unknownJobs: 'accept' });
  await queue.enqueue('job', undefined, { jobId: 'a' });
  const { rows } = await pool.query('SELECT queue FROM philjs_jobs.queues WHERE name = $1', [name]);
  return { queue, number: rows[0].queue };
}

it('retries a job that waits for one that is held, while the end of another is not settled', async () => {
  const { queue, number } = await openFlow('retrying');
  await queue.enqueue('job', undefined, { jobId: 'm' });
  await queue.enqueue('job', undefined, { jobId: 'w', dependsOn: ['m'] });
  await queue.enqueue('job', undefined, { jobId: 'z', dependsOn: ['a'] });
  await queue.cancelJob('z');
  await pool.query(END, [number, 'm']);
  await holding(number, ['a', 'm'], () => queue.retryJob('z'));
  expect((await queue.getJob('z'))?.status).toBe('blocked');
  await queue.close();
});

it('waits for no more jobs, while it settles ends, than those it waited for first', async () => {
  const { queue, number } = await openFlow('settling');
  const options = { removeOnComplete: true, dependsOn: ['a'] };
  await queue.enqueue('job', undefined, { jobId: 'g', ...options });
  await queue.enqueue('job', undefined, { jobId: 'w', dependsOn: ['g'] });
  const settle = () => pool.query('SELECT philjs_jobs.settle_now($1) AS done', [number]);
  await pool.query(END, [number, 'g']);
  await settle();
  // Nothing waits for `g` any more, so it goes, and lets `a` go.
  await pool.query(END, [number, 'w']);
  await holding(number, ['a', 'w'], settle);
  expect((await settle()).rows).toEqual([{ done: true }]);
  expect(await queue.getJob('g')).toBeUndefined();
  await queue.close();
});

it('forgets workers that were late for long without waiting for those that are heard again', async () => {
  const queue = createQueue({ postgres: server.url, name: 'late' });
  await queue.getStats();
  const { rows } = await pool.query("SELECT queue FROM philjs_jobs.queues WHERE name = 'late'");
  const { queue: number } = rows[0] as { queue: number };
  await pool.query(
    `INSERT INTO philjs_jobs.workers (queue, id, info, started_at, seen_at)
      SELECT $1, w.id, '{}', 0, 0 FROM unnest(ARRAY['1', '2', '3']) AS w(id)`,
    [number],
  );
  const third = new pg.Client({ connectionString: server.url });
  await third.connect();
  await third.query('BEGIN');
  await third.query("SELECT 1 FROM philjs_jobs.workers WHERE queue = $1 AND id = '1' FOR UPDATE", [
    number,
  ]);
  let ended = 0;
  const seen = ['2', '3'].map((id) =>
    pool
      .query("SELECT philjs_jobs.see_worker($1, $2, '{}', 0, 1000)", [number, id])
      .finally(() => ended++),
  );
  try {
    while (ended + (await waiting()) < 2) await new Promise(setImmediate);
  } finally {
    await third.query('ROLLBACK');
    await third.end();
  }
  await Promise.all(seen);
  await queue.close();
});

it('uses up no numbers of queues for dead letters', async () => {
  const fails = defineJob({
    name: 'fails',
    attempts: 1,
    handler: () => {
      throw new Error('no');
    },
  });
  const queue = createQueue({
    postgres: server.url,
    name: 'failing',
    jobs: [fails],
    deadLetter: 'letters',
  });
  await queue.process();
  const jobs = await Promise.all(Array.from({ length: 5 }, () => queue.enqueue(fails, undefined)));
  await Promise.allSettled(jobs.map((job) => queue.waitFor(job)));
  await expect.poll(async () => (await queue.getStats()).failed).toBe(5);
  const { rows } = await pool.query('SELECT max(queue) AS last FROM philjs_jobs.queues');
  const next = createQueue({ postgres: server.url, name: 'next' });
  await next.getStats();
  const { rows: after } = await pool.query('SELECT max(queue) AS last FROM philjs_jobs.queues');
  expect(after[0].last).toBe(rows[0].last + 1);
  await Promise.all([queue.close(), next.close()]);
});
