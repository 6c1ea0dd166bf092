import { createQueue, defineJob } from '@philjs/jobs-core';
import { PostgresServer } from '@philjs/jobs-testkit';
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
/** More than one job needs, less than a look at all jobs of the queue. */
const PAGES_A_JOB = 100;

beforeAll(async () => {
  server = await PostgresServer.start({ config: { autovacuum: 'off', fsync: 'off' } });
}, 60_000);
afterAll(() => server.stop());

/** Calls a function and returns how many pages it read. */
async function pagesOf(call: string): Promise<number> {
  const { rows } = await client.query(
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT * FROM philjs_jobs.${call}`,
  );
  const [{ Plan: plan }] = rows[0]['QUERY PLAN'];
  return plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
}

const added = (id: string): string =>
  `add_jobs(1, '${JSON.stringify([{ ...NEW, id }])}', false, false, true)`;
const exchanged = (sequence: number, ended: object[] | null, limit: number): string =>
  `exchange(1, 'holder', ${sequence}, ${ended === null ? 'NULL' : `'${JSON.stringify(ended)}'`}, ${limit}, 30000, 1, '{}')`;

async function callAll(round: string, sequence: number): Promise<Record<string, number>> {
  const pages = {
    add: await pagesOf(added(`${round}-first`)),
    start: await pagesOf(exchanged(sequence, null, 1)),
  };
  const { rows } = await client.query(
    "SELECT id, fencing_token AS token FROM philjs_jobs.jobs WHERE status = 'active'",
  );
  const ended = rows.map((row) => ({ ...row, kind: 'complete', attempts: 1, started: true }));
  return {
    ...pages,
    extend: await pagesOf(`extend(1, 'holder', '${JSON.stringify(rows)}', 30000)`),
    end: await pagesOf(exchanged(sequence + 1, ended, 0)),
    known: await pagesOf(added(`${round}-first`)),
    promote: await pagesOf(`make_ready(1, ARRAY['${round}-first'], ARRAY['completed'])`),
    remove: await pagesOf(`remove_jobs(1, ARRAY['${round}-first'], ARRAY['waiting'], 1)`),
  };
}

test.each([
  ['made while the queue was empty', ''],
  ['made from statistics of an empty queue', 'ANALYZE'],
  ['made from statistics of a full queue', 'full'],
])(
  'reads no more than the jobs a call is about, by plans %s',
  async (_, statistics) => {
    const queue = createQueue({ jobs: [job], backend: postgresBackend({ postgres: server.url }) });
    client = new pg.Client(server.url);
    await client.connect();
    try {
      await queue.clear();
      if (statistics === 'ANALYZE') await client.query('VACUUM ANALYZE');
      if (statistics !== 'full')
        for (let n = 0; n < 8; n++) await callAll(`${statistics}${n}`, n * 2);
      const many = Array.from({ length: 5_000 }, (_, index) => ({ job, payload: index }));
      await queue.enqueueMany(many);
      if (statistics === 'full') {
        await client.query('ANALYZE');
        for (let n = 0; n < 8; n++) await callAll(`full${n}`, n * 2);
      }
      const pages = await callAll(`last${statistics}`, 100);
      for (const [call, read] of Object.entries(pages)) {
        expect({ call, read: read < PAGES_A_JOB || read }).toEqual({ call, read: true });
      }
    } finally {
      await queue.close();
      await client.end();
    }
  },
  60_000,
);
