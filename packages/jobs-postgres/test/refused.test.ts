import { defineJob } from '@philjs/jobs-core';
import { freePort, PostgresServer } from '@philjs/jobs-faults';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createQueue } from '../src/index.ts';

const job = defineJob({ name: 'job', handler: () => undefined });

let server: PostgresServer;
beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(() => server.stop());

/** Enqueues at an address that does not work; returns the error. */
async function refusalOf(change: (url: URL) => void): Promise<unknown> {
  const url = new URL(server.url);
  change(url);
  const queue = createQueue({ postgres: url.href, jobs: [job] });
  try {
    return await queue.enqueue(job).then(
      () => undefined,
      (error: unknown) => error,
    );
  } finally {
    await queue.close();
  }
}

function socketsOpen(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
}

const advice =
  /^PostgreSQL refused the connection .* Check the user, the password and the database/;

it('says what to check where the database or the user is not known', async () => {
  const database = await refusalOf((url) => {
    url.pathname = '/nowhere';
  });
  const user = await refusalOf((url) => {
    url.username = 'nobody_known';
  });
  for (const error of [database, user]) {
    expect(error).toMatchObject({
      code: 'JOBS_BACKEND_UNAVAILABLE',
      message: expect.stringMatching(advice),
    });
  }
  expect([database, user].map(String)).toEqual([
    expect.stringContaining('"nowhere"'),
    expect.stringContaining('"nobody_known"'),
  ]);
});

it('says which address nobody listens at', async () => {
  const port = await freePort();
  const error = await refusalOf((url) => {
    url.host = `127.0.0.1:${port}`;
  });
  expect(error).toMatchObject({
    code: 'JOBS_BACKEND_UNAVAILABLE',
    message: expect.stringContaining(`ECONNREFUSED at 127.0.0.1:${port}`),
  });
});

it('says what to check where the password is missing or wrong, shows none, and lets go', async () => {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  await client.query("CREATE ROLE guarded LOGIN PASSWORD 'right-password'");
  const { rows } = await client.query<{ hba_file: string }>('SHOW hba_file');
  const rule = 'host all all all scram-sha-256';
  await client.query(`COPY (SELECT '${rule}') TO '${rows[0]?.hba_file}'`);
  // Longer than this test: what it does not close stays open.
  await client.query('ALTER SYSTEM SET authentication_timeout = 600');
  await client.query('SELECT pg_reload_conf()');
  await client.end();
  const asking = (password: string) => async (): Promise<string> =>
    String(
      await refusalOf((url) => {
        url.username = 'guarded';
        url.password = password;
      }),
    );
  // The server reads its rules soon.
  await expect.poll(asking('')).toMatch(/refused the connection \(SASL.*Check the user/);
  const wrong = await asking('wrong-password')();
  expect(wrong).toMatch(/refused the connection .*Check the user/);
  expect(wrong).not.toContain('wrong-password');
  await expect.poll(socketsOpen).toBe(0);
});
