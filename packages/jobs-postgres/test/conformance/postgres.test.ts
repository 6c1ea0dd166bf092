import { PostgresServer } from '@philjs/jobs-faults';
import { describeBackend, type Transact } from '@philjs/jobs-testkit/conformance';
import pg from 'pg';
import { afterAll } from 'vitest';
import { postgresBackend } from '../../src/postgres-backend.ts';

const server = await PostgresServer.start();
afterAll(() => server.stop());

const transact: Transact = async (work) => {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query(await work(client));
  } finally {
    await client.end();
  }
};

describeBackend('postgres', {
  create: postgresBackend({
    postgres: { connectionString: server.url, connectionTimeoutMillis: 60_000 },
  }),
  transact,
  concurrent: true,
});
