import type { OrderPolicy } from '@philjs/jobs-core';
import { defineJob, type EnqueueItem, type IQueue } from '@philjs/jobs-core';
import { placeOf } from '@philjs/jobs-core/backend';
import { PostgresServer } from '@philjs/jobs-faults';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createQueue, type PostgresQueueOptions } from '../src/index.ts';

let server: PostgresServer;
let pool: pg.Pool;
const opened: IQueue[] = [];
const pools: pg.Pool[] = [];

interface Turn {
  readonly tenant: string;
}

beforeAll(async () => {
  server = await PostgresServer.start({ config: { fsync: 'off' } });
  pool = new pg.Pool({ connectionString: server.url });
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((queue) => queue.close()));
  await Promise.all(pools.splice(0).map((each) => each.end()));
});
afterAll(async () => {
  await pool.end();
  await server.stop();
});

/** Opens a queue with connections of its own, as another process would. */
function open(options: PostgresQueueOptions): IQueue {
  const postgres = new pg.Pool({ connectionString: server.url });
  pools.push(postgres);
  const queue = createQueue({ postgres, ...options });
  opened.push(queue);
  return queue;
}

/** Defines a job that notes whose turn it is as it starts. */
function notedTurns() {
  const starts: string[] = [];
  const job = defineJob({
    name: 'job',
    fairKey: ({ tenant }: Turn) => tenant,
    removeOnComplete: true,
    handler: ({ tenant }: Turn) => void starts.push(tenant),
  });
  return { starts, job };
}

it('lets 200 keys take turns, one of which has most of the jobs, from one worker and from three', async () => {
  const { starts, job } = notedTurns();
  const queue = open({ name: 'many', jobs: [job], order: 'fair', concurrency: 10 });
  const itemOf = (tenant: string): EnqueueItem => ({ job, payload: { tenant } });
  const keys = Array.from({ length: 199 }, (_, index) => `tenant-${index}`);
  const add = (items: readonly EnqueueItem[]) => queue.enqueueMany(items as never);
  await add(Array.from({ length: 2_000 }, () => itemOf('big')));
  await add([...keys, ...keys].map(itemOf));
  await queue.process();
  await expect.poll(() => starts.length).toBe(2_398);
  for (const round of [0, 1]) {
    expect(new Set(starts.slice(round * 200, (round + 1) * 200)).size).toBe(200);
  }
  // Workers start what they get at about the same time: each may be an exchange behind.
  starts.length = 0;
  await queue.pause();
  await add(Array.from({ length: 600 }, () => itemOf('big')));
  await add(keys.map(itemOf));
  const others = [1, 2].map(() => open({ name: 'many', jobs: [job], concurrency: 10 }));
  await Promise.all(others.map((other) => other.process()));
  await queue.resume();
  await expect.poll(() => starts.length).toBe(799);
  expect(new Set(starts.slice(0, 200 + 6 * 10)).size).toBe(200);
  const { rows } = await pool.query(`SELECT sum(deadlocks)::int AS deadlocks,
    (SELECT count(*)::int FROM philjs_jobs.shares) AS shares, (SELECT count(*)::int FROM philjs_jobs.fair_classes) AS classes
    FROM pg_stat_database`);
  expect(rows).toEqual([{ deadlocks: 0, shares: 0, classes: 0 }]);
});

it('counts in keys that came while nothing ran a thousand at a time, before it starts a job', async () => {
  const { starts, job } = notedTurns();
  const queue = open({ name: 'arrived', jobs: [job], order: 'fair', concurrency: 10 });
  const add = (count: number) =>
    queue.enqueueMany(
      Array.from({ length: count }, (_, index) => {
        const tenant = index < 100 ? 'big' : `tenant-${index}`;
        return { job, payload: { tenant } };
      }),
    );
  const left = async (): Promise<number> => {
    const { rows } = await pool.query(`SELECT count(*)::int AS count FROM philjs_jobs.arrivals
      JOIN philjs_jobs.queues USING (queue) WHERE name = 'arrived'`);
    return rows[0].count;
  };
  const [first] = await add(3600);
  expect(await left()).toBe(3501);
  // Two thousand: a place tells of up to a thousand other keys.
  await queue.explain(first?.id ?? '');
  expect(await left()).toBe(1501);
  await queue.process();
  await expect.poll(() => starts.length).toBe(3600);
  expect(new Set(starts.slice(0, 3501)).size).toBe(3501);
  expect(await left()).toBe(0);
});

it('starts jobs although keys keep coming as fast as they are counted in', async () => {
  const job = defineJob({ name: 'job', fairKey: ({ tenant }: Turn) => tenant, handler: () => 1 });
  const queue = open({ name: 'coming', jobs: [job], order: 'fair' });
  let made = 0;
  const add = (count: number) =>
    queue.enqueueMany(
      Array.from({ length: count }, () => ({ job, payload: { tenant: `tenant-${made++}` } })),
    );
  await add(3500);
  const started: number[] = [];
  for (let sequence = 1; sequence <= 6; sequence++) {
    const { rows } = await pool.query(
      `SELECT count(e.id)::int AS jobs FROM philjs_jobs.queues q, philjs_jobs.exchange(q.queue, 'w', $1, NULL, 10, 60000, '{"max":1}', '{}') e
        WHERE q.name = 'coming'`,
      [sequence],
    );
    started.push(rows[0].jobs);
    await add(1100);
  }
  // Not before all that came before the first call left some.
  expect(started).toEqual([0, 0, 0, 10, 10, 10]);
});

it.each<OrderPolicy>(['ageing', 'deadline'])(
  'numbers jobs of an order as core does: %s',
  async (policy) => {
    const order = { policy, ...(policy === 'ageing' && { agePerPriority: 90_000 }) };
    const places = [-1_000_000, -3, 0, 5, 1_000_000].flatMap((priority) =>
      [undefined, 1_900_000_000_000].map((deadlineAt) => ({
        priority,
        arrivedAt: 1_800_000_000_000,
        order: deadlineAt === undefined ? {} : { deadlineAt },
      })),
    );
    await open({ name: 'numbers' }).getStats();
    for (const place of places) {
      const { rows } = await pool.query(
        'SELECT philjs_jobs.class_of($1, $3) AS cls, philjs_jobs.number_of($1, $2, $3, $4, $5) AS number',
        [policy, 90_000, place.priority, place.arrivedAt, place.order.deadlineAt ?? null],
      );
      const [cls, number] = placeOf(order, place);
      expect(rows).toEqual([{ cls, number }]);
    }
  },
);

it('moves thousands of jobs to another order in slices, also those that a dead process left', async () => {
  const job = defineJob({ name: 'job', handler: () => undefined });
  const queue = open({ name: 'moved', jobs: [job] });
  const items = Array.from({ length: 2_500 }, (_, index) => ({
    job,
    payload: undefined,
    options: { jobId: `j${index}`, deadline: 2_000_000_000_000 - index },
  }));
  await queue.enqueueMany(items);
  await queue.setOrder('deadline');
  const first = async (): Promise<string | undefined> =>
    (await queue.getJobs({ status: 'waiting', order: 'oldest', limit: 1 })).jobs[0]?.id;
  expect(await first()).toBe('j2499');
  expect((await queue.explain('j2400')).place).toMatchObject({ ahead: 99 });
  await queue.setOrder('fifo');
  expect(await first()).toBe('j0');
  // A process stores the order, and dies before it has moved a job.
  const { rows } = await pool.query("SELECT queue FROM philjs_jobs.queues WHERE name = 'moved'");
  await pool.query("SELECT philjs_jobs.set_order($1, 'deadline', NULL, false)", [rows[0].queue]);
  const started: string[] = [];
  const late = defineJob({ name: 'job', handler: (_payload, ctx) => void started.push(ctx.jobId) });
  const worker = open({ name: 'moved', jobs: [late], concurrency: 50 });
  await worker.process();
  await expect.poll(() => started.length).toBe(2_500);
});

it('leaves very many jobs to workers when a queue names its first order, and lists all of them', async () => {
  const job = defineJob({ name: 'job', handler: () => undefined });
  const before = open({ name: 'adopted', jobs: [job] });
  const items = Array.from({ length: 12_000 }, (_, index) => ({
    job,
    payload: undefined,
    options: { deadline: 2_000_000_000_000 - index },
  }));
  await before.enqueueMany(items);
  const queue = open({ name: 'adopted', jobs: [job], order: 'deadline', concurrency: 5 });
  expect((await queue.getStats()).waiting).toBe(12_000);
  const isMoving = async (): Promise<unknown> => {
    const sql = "SELECT is_moving FROM philjs_jobs.queues WHERE name = 'adopted'";
    return (await pool.query(sql)).rows[0].is_moving;
  };
  expect(await isMoving()).toBe(true);
  let listed = 0;
  let cursor: string | undefined;
  do {
    const page = await queue.getJobs({ status: 'waiting', limit: 1_000, cursor });
    listed += page.jobs.length;
    cursor = page.cursor;
  } while (cursor !== undefined);
  expect(listed).toBe(12_000);
  await queue.process();
  await expect.poll(isMoving).toBe(false);
});

it('keeps a fair order whole while many connections add, cancel and retry under limits, with no deadlock', async () => {
  const done = new Map<string, number>();
  const call = defineJob({
    name: 'call',
    fairKey: ({ tenant }: Turn) => tenant,
    concurrency: [4, { max: 1, key: ({ tenant }: Turn) => tenant }],
    attempts: 2,
    backoff: () => 5,
    handler: async ({ tenant }: Turn, ctx) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (ctx.attempt === 1 && tenant === 't1') throw new Error('tried again');
      done.set(ctx.jobId, (done.get(ctx.jobId) ?? 0) + 1);
    },
  });
  const free = defineJob({
    name: 'free',
    fairKey: ({ tenant }: Turn) => tenant,
    handler: (_payload: Turn, ctx) => void done.set(ctx.jobId, (done.get(ctx.jobId) ?? 0) + 1),
  });
  const queues = [1, 2, 3].map(() =>
    open({ name: 'busy', jobs: [call, free], concurrency: 6, order: 'fair' }),
  );
  const [first] = queues as [IQueue];
  await Promise.all(queues.map((queue) => queue.process()));
  const cancelled = new Set<string>();
  const ids: string[] = [];
  for (let round = 0; round < 12; round++) {
    await Promise.all(
      queues.map(async (queue, index) => {
        const payload = { tenant: `t${(round + index) % 4}` };
        const priority = round % 2;
        const items = [call, free, call].map((job) => ({ job, payload, options: { priority } }));
        const jobs = await queue.enqueueMany(items as never);
        ids.push(...(jobs as { id: string }[]).map(({ id }) => id));
      }),
    );
    const doomed = ids.at(-1) as string;
    if (await first.cancelJob(doomed, { strict: false })) cancelled.add(doomed);
    await first.updateJob(ids.at(-2) as string, { priority: 2 }).catch(() => undefined);
  }
  await expect
    .poll(async () => {
      const { waiting, active, delayed } = await first.getStats();
      return waiting + active + delayed;
    })
    .toBe(0);
  expect([...done.values()].every((count) => count === 1)).toBe(true);
  expect(done.size).toBeGreaterThanOrEqual(ids.length - cancelled.size);
  const { rows } = await pool.query(
    'SELECT sum(deadlocks)::int AS deadlocks FROM pg_stat_database',
  );
  expect(rows).toEqual([{ deadlocks: 0 }]);
});

it('gives a job back its place among those that limits keep apart', async () => {
  const call = defineJob({ name: 'call', concurrency: 1, handler: () => undefined });
  const queue = open({ name: 'tied', jobs: [call], order: 'fair' });
  await queue.setLimits('call', { concurrency: 1 });
  const { rows } = await pool.query("SELECT queue FROM philjs_jobs.queues WHERE name = 'tied'");
  const [{ queue: number }] = rows as [{ queue: number }];
  const exchange = async (sequence: number, ended: object[] | null): Promise<object> => {
    const text = ended === null ? null : JSON.stringify(ended);
    const { rows: jobs } = await pool.query(
      `SELECT id, fencing_token AS token FROM philjs_jobs.exchange($1, 'a', $2, $3, 2, 30000, '{"max":1}', '{}') OFFSET 1`,
      [number, sequence, text],
    );
    return jobs;
  };
  for (const jobId of ['first', 'second']) await queue.enqueue(call, undefined, { jobId });
  expect(await exchange(1, null)).toEqual([{ id: 'first', token: 1 }]);
  const back = { id: 'first', token: 1, kind: 'unstarted', attempts: 0, started: false };
  expect(await exchange(2, [back])).toEqual([{ id: 'first', token: 2 }]);
});

/** Makes a queue with a fair order, and starts its jobs in exchanges of a holder, which answer the ids of the jobs. */
async function openTurns(name: string) {
  const job = defineJob({
    name: 'job',
    fairKey: ({ tenant }: Turn) => tenant,
    handler: () => undefined,
  });
  const queue = open({ name, jobs: [job], order: 'fair' });
  await queue.getStats();
  const { rows } = await pool.query('SELECT queue FROM philjs_jobs.queues WHERE name = $1', [name]);
  const [{ queue: number }] = rows as [{ queue: number }];
  let sequence = 0;
  const addMany = (ids: readonly string[], weight: number): Promise<unknown> => {
    const items = ids.map((jobId) => {
      return { job, payload: { tenant: jobId.slice(0, 1) }, options: { jobId, weight } };
    });
    return queue.enqueueMany(items);
  };
  const add = (tenant: string, transaction?: pg.PoolClient): Promise<unknown> => {
    const options = { jobId: tenant, ...(transaction && { transaction }) };
    return queue.enqueue(job, { tenant }, options);
  };
  const start = async (limit: number): Promise<string[]> => {
    sequence += 1;
    const { rows: jobs } = await pool.query(
      `SELECT id FROM philjs_jobs.exchange($1, 'a', $2, NULL, $3, 30000, '{"max":1}', '{}') OFFSET 1`,
      [number, sequence, limit],
    );
    return jobs.map(({ id }) => id);
  };
  const seen = async (): Promise<number> => {
    const text = 'SELECT seen FROM philjs_jobs.fair_classes WHERE queue = $1';
    return Number((await pool.query(text, [number])).rows[0].seen);
  };
  return { number, add, addMany, start, seen };
}

it('starts a job whose transaction lasted while exchanges took out many others', async () => {
  const { add, start, seen } = await openTurns('lasting');
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await add('late', client);
    for (let n = 0; n < 120; n++) await add(`tenant-${n}`);
    expect(await start(1)).toEqual(['tenant-0']);
    expect(await seen()).toBeGreaterThan(0);
    await client.query('COMMIT');
  } finally {
    client.release();
  }
  expect(await start(200)).toContain('late');
});

it('starts jobs of tables that were copied from a server with more transactions', async () => {
  const { number, add, start, seen } = await openTurns('copied');
  const ahead = 9_000_000_000_000_000;
  for (let n = 0; n < 3; n++) await add(`tenant-${n}`);
  expect(await start(1)).toEqual(['tenant-0']);
  await pool.query('UPDATE philjs_jobs.fair_classes SET seen = $2 WHERE queue = $1', [
    number,
    ahead,
  ]);
  expect(await start(1)).toEqual(['tenant-1']);
  expect(await seen()).toBeLessThan(ahead);
  await pool.query('UPDATE philjs_jobs.fair_classes SET seen = $2 WHERE queue = $1', [
    number,
    ahead,
  ]);
  await add('new');
  expect(await start(10)).toEqual(['tenant-2', 'new']);
});

it('starts as many jobs as are asked for where most are of one key, by its weight', async () => {
  const { addMany, start } = await openTurns('heavy');
  const numbered = (key: string): string[] => Array.from({ length: 20 }, (_, n) => `${key}${n}`);
  await addMany(numbered('a'), 10);
  await addMany(numbered('b'), 1);
  const { 0: first, 1: second } = [await start(8), await start(8)];
  const [a, b] = [numbered('a'), numbered('b')];
  expect(first).toEqual(a.slice(0, 8));
  expect([...second].sort()).toEqual([...a.slice(8, 15), b[0]].sort());
});
