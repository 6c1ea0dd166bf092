import { createQueue, defineJob } from '@philjs/jobs-core';
import { PostgresServer } from '@philjs/jobs-faults';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgresBackend } from '../src/index.ts';

let server: PostgresServer;
let client: pg.Client;

const job = defineJob({ name: 'mail', handler: async (_payload: number) => undefined });
const NEW = {
  ...{ name: 'mail', version: 1, priority: 0, created_at: 1, run_at: 1, max_attempts: 3 },
  ...{ keep: [1, 1, 1, 1, 1, 1, 1, 1, 1], payload: '1', metadata: '{}' },
};
/** More than one job needs (and the turn of its key), less than a look at all jobs of the queue. */
const PAGES_A_JOB = { fifo: 100, fair: 250, deadline: 100 } as const;

beforeAll(async () => {
  server = await PostgresServer.start({ config: { autovacuum: 'off', fsync: 'off' } });
});
afterAll(() => server.stop());

/** Calls a function and returns how many pages it read. */
async function pagesOf(call: string): Promise<number> {
  const { rows } = await client.query(
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT * FROM philjs_jobs.${call}`,
  );
  const [{ Plan: plan }] = rows[0]['QUERY PLAN'];
  return plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
}

let queueNumber = 1;
const added = (id: string): string =>
  `add_jobs(${queueNumber}, '${JSON.stringify([{ ...NEW, id, fair_key: 'new' }])}', false, false, true)`;
const addedAlike = (id: string): string =>
  `add_alike(${queueNumber}, '${id}', '1', '${JSON.stringify([{ ...NEW, fair_key: 'new' }])}', false)`;
const exchanged = (sequence: number, ended: object[] | null, limit: number): string =>
  `exchange(${queueNumber}, 'holder', ${sequence}, ${ended === null ? 'NULL' : `'${JSON.stringify(ended)}'`}, ${limit}, 30000, '{"max":1}', '{}')`;

async function callAll(round: string, sequence: number): Promise<Record<string, number>> {
  const pages = {
    add: await pagesOf(added(`${round}-first`)),
    addAlike: await pagesOf(addedAlike(`${round}-second`)),
    start: await pagesOf(exchanged(sequence, null, 1)),
  };
  const { rows } = await client.query(
    "SELECT id, fencing_token AS token FROM philjs_jobs.jobs WHERE status = 'active'",
  );
  const ended = rows.map((row) => ({ ...row, kind: 'complete', attempts: 1, started: true }));
  return {
    ...pages,
    extend: await pagesOf(`extend(${queueNumber}, 'holder', '${JSON.stringify(rows)}', 30000)`),
    end: await pagesOf(exchanged(sequence + 1, ended, 0)),
    known: await pagesOf(added(`${round}-first`)),
    knownAlike: await pagesOf(addedAlike(`${round}-first`)),
    promote: await pagesOf(
      `make_ready(${queueNumber}, ARRAY['${round}-first'], ARRAY['completed'])`,
    ),
    remove: await pagesOf(
      `remove_jobs(${queueNumber}, ARRAY['${round}-first'], ARRAY['waiting'], 1)`,
    ),
  };
}

const STATISTICS = [
  ['made while the queue was empty', ''],
  ['made from statistics of an empty queue', 'ANALYZE'],
  ['made from statistics of a full queue', 'full'],
] as const;

test.each(
  (['fifo', 'fair', 'deadline'] as const).flatMap((order) =>
    STATISTICS.map(([title, statistics]) => ({ order, title, statistics })),
  ),
)(
  'reads no more than the jobs a call is about, in an order $order, by plans $title',
  async ({ order, statistics }) => {
    const queue = createQueue({
      ...{ name: order, jobs: [job], order },
      backend: postgresBackend({ postgres: server.url }),
    });
    client = new pg.Client(server.url);
    await client.connect();
    try {
      await queue.clear();
      const { rows } = await client.query('SELECT queue FROM philjs_jobs.queues WHERE name = $1', [
        order,
      ]);
      queueNumber = rows[0].queue;
      if (statistics === 'ANALYZE') await client.query('VACUUM ANALYZE');
      if (statistics !== 'full')
        for (let n = 0; n < 8; n++) await callAll(`${statistics}${n}`, n * 2);
      const many = Array.from({ length: 5_000 }, (_, index) => {
        const options = {
          fairKey: `key-${index < 4_500 ? 0 : index}`,
          deadline: 2_000_000_000_000 + index,
        };
        return { job, payload: index, ...(order !== 'fifo' && { options }) };
      });
      await queue.enqueueMany(many);
      // A new key costs the next exchange a look, once.
      const { id } = (await queue.getJobs({ limit: 1 })).jobs[0] as { id: string };
      await client.query('SELECT philjs_jobs.place_in_order($1, $2)', [queueNumber, id]);
      if (statistics === 'full') {
        await client.query('ANALYZE');
        for (let n = 0; n < 8; n++) await callAll(`full${n}`, n * 2);
      }
      const pages = await callAll(`last${statistics}`, 100);
      for (const [call, read] of Object.entries(pages)) {
        expect({ call, read: read < PAGES_A_JOB[order] || read }).toEqual({ call, read: true });
      }
    } finally {
      await queue.close();
      await client.end();
    }
  },
);

test('reads no job that waits when a name gets its first limits', async () => {
  const queue = createQueue({ name: 'limits', backend: postgresBackend({ postgres: server.url }) });
  client = new pg.Client(server.url);
  await client.connect();
  try {
    queue.register(job);
    await queue.enqueueMany(Array.from({ length: 5_000 }, (_, index) => ({ job, payload: index })));
    await client.query('ANALYZE');
    const { rows } = await client.query(
      "SELECT queue FROM philjs_jobs.queues WHERE name = 'limits'",
    );
    queueNumber = rows[0].queue;
    // The first call makes the plans.
    await pagesOf(`set_limits(${queueNumber}, 'other', '{}')`);
    const read = await pagesOf(`set_limits(${queueNumber}, 'mail', '{}')`);
    expect(read < PAGES_A_JOB.fifo || read).toBe(true);
  } finally {
    await queue.close();
    await client.end();
  }
});

/** Opens a queue with a fair order and two keys, of which the exchanges of a test take one job after another. */
async function openFair(name: string): Promise<() => Promise<void>> {
  const queue = createQueue({
    ...{ name, jobs: [job], order: 'fair' as const },
    backend: postgresBackend({ postgres: server.url }),
  });
  const items = Array.from({ length: 200 }, (_, index) => ({
    ...{ job, payload: index },
    options: { jobId: `${name}-${index}`, fairKey: `key-${index % 2}` },
  }));
  await queue.enqueueMany(items);
  client = new pg.Client(server.url);
  await client.connect();
  const { rows } = await client.query('SELECT queue FROM philjs_jobs.queues WHERE name = $1', [
    name,
  ]);
  queueNumber = rows[0].queue;
  return async () => {
    await queue.close();
    await client.end();
  };
}

async function arrive(count: number): Promise<void> {
  await client.query(
    `INSERT INTO philjs_jobs.arrivals (queue, class, key, kind)
      SELECT $1::int, 0, 'key-0', 'arrival' FROM generate_series(1, $2::int)`,
    [queueNumber, count],
  );
}

test('reads none of the many arrivals again that an exchange has taken out', async () => {
  const close = await openFair('arrivals');
  try {
    for (let n = 0; n < 6; n++) await pagesOf(exchanged(n, null, 1));
    await arrive(40_000);
    // Each takes a thousand of them out. The next one finds their rows gone, and says so in the index.
    for (let n = 6; n < 49; n++) await pagesOf(exchanged(n, null, 1));
    const read = await pagesOf(exchanged(49, null, 1));
    expect(read < PAGES_A_JOB.fifo || read).toBe(true);
  } finally {
    await close();
  }
});

test('reads the counts of a queue once where it removes old jobs, however many names have ended', async () => {
  const named = Array.from({ length: 40 }, (_, index) =>
    defineJob({ name: `name-${index}`, handler: () => 1 }),
  );
  const backend = postgresBackend({ postgres: server.url });
  const queue = createQueue({ name: 'names', jobs: named, backend });
  const items = named.map((each) => ({ job: each, payload: undefined }));
  const ended = await queue.enqueueMany(items as never);
  await queue.process();
  await Promise.all((ended as { id: string }[]).map(({ id }) => queue.waitFor(id)));
  await queue.close();
  client = new pg.Client(server.url);
  await client.connect();
  try {
    const { rows } = await client.query(
      `INSERT INTO philjs_jobs.counts SELECT q.queue, 'completed', 'name-0', 0 FROM philjs_jobs.queues q,
        generate_series(1, 20000) WHERE q.name = 'names' RETURNING queue`,
    );
    const read = await pagesOf(`retain(${rows[0].queue}, 'completed')`);
    expect(read < 40 * 60 || read).toBe(true);
  } finally {
    await client.end();
  }
});

test('reads the jobs that ended before once where a job of a workflow is cancelled', async () => {
  const queue = createQueue({
    ...{ name: 'cancelled', jobs: [job] },
    backend: postgresBackend({ postgres: server.url }),
  });
  const options = { dependsOn: ['root'] };
  const waiting = Array.from({ length: 901 }, (_, n) => ({
    job,
    payload: n,
    options: { ...options, jobId: `${n}` },
  }));
  await queue.enqueueMany([{ job, payload: 0, options: { jobId: 'root' } }, ...waiting]);
  await queue.cancelJobs({ ids: waiting.slice(1).map((each) => each.options.jobId) });
  await queue.close();
  client = new pg.Client(server.url);
  await client.connect();
  try {
    const { rows } = await client.query(
      "SELECT queue FROM philjs_jobs.queues WHERE name = 'cancelled'",
    );
    const statuses = "ARRAY['blocked']";
    const read = await pagesOf(`cancel_job(${rows[0].queue}, '0', ${statuses}, NULL, false, '{}')`);
    // For the names of the last thousand that ended; and, without a vacuum, what is left of each earlier state of the first.
    expect(read < 4000 || read).toBe(true);
  } finally {
    await client.end();
  }
});

test('reads no share but those that a call is about, by plans made while there was none', async () => {
  const queue = createQueue({
    ...{ name: 'shares', jobs: [job], order: 'fair' as const },
    backend: postgresBackend({ postgres: server.url }),
  });
  client = new pg.Client(server.url);
  await client.connect();
  try {
    await queue.getStats();
    const { rows } = await client.query(
      "SELECT queue FROM philjs_jobs.queues WHERE name = 'shares'",
    );
    queueNumber = rows[0].queue;
    await client.query('ANALYZE');
    const items = Array.from({ length: 5_000 }, (_, index) => ({
      ...{ job, payload: index },
      options: { fairKey: `key-${index}` },
    }));
    const [first] = await queue.enqueueMany(items);
    const settled = (): Promise<number> =>
      pagesOf(`place_in_order(${queueNumber}, '${first?.id}')`);
    // A thousand at a time.
    for (let call = 0; call < 6; call++) await settled();
    const none = await settled();
    await queue.enqueue(job, 1, { fairKey: 'new' });
    const one = (await settled()) - none;
    expect(one < PAGES_A_JOB.fair || one).toBe(true);
  } finally {
    await queue.close();
    await client.end();
  }
});
