import { defineJob } from '@philjs/jobs-core';
import { PostgresServer } from '@philjs/jobs-faults';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createQueue } from '../src/index.ts';

const job = defineJob({ name: 'job', handler: () => undefined });
const HOSTS = /127\.0\.0\.1:\d+/;

let server: PostgresServer;
beforeAll(async () => {
  server = await PostgresServer.start({
    config: { default_transaction_isolation: 'repeatable read' },
  });
});
afterAll(() => server.stop());

it.each([
  ['one host', () => server.url],
  ['several hosts', () => server.url.replace(HOSTS, (host) => `${host},${host}`)],
  ['the configuration of a pool', () => ({ connectionString: server.url, max: 4 })],
])(
  'stores one job of many with a key where transactions are not read committed by default: %s',
  async (name, postgres) => {
    const queue = createQueue({ postgres: postgres(), name, jobs: [job] });
    await queue.getStats();
    const adding = Array.from({ length: 20 }, () =>
      queue.enqueue(job, undefined, { deduplicate: 'one' }),
    );
    expect(new Set((await Promise.all(adding)).map(({ id }) => id)).size).toBe(1);
    expect((await queue.getStats()).waiting).toBe(1);
    await queue.close();
  },
);

it('refuses connections of others that are not read committed by default', async () => {
  const pool = new pg.Pool({ connectionString: server.url });
  const own = createQueue({ postgres: pool, jobs: [job] });
  const pooled = createQueue({ postgres: server.url, listen: false, jobs: [job] });
  for (const queue of [own, pooled]) {
    await expect(queue.enqueue(job, undefined)).rejects.toMatchObject({
      code: 'JOBS_INVALID_ARGUMENT',
      message: expect.stringMatching(/repeatable read.*without `listen: false`/),
    });
    await queue.close();
  }
  const { rows } = await pool.query('SHOW default_transaction_isolation');
  expect(rows).toEqual([{ default_transaction_isolation: 'repeatable read' }]);
  await pool.end();
});
