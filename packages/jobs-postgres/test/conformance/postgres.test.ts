import { PostgresServer } from '@philjs/jobs-testkit';
import {
  describeBackend,
  describeLeaseStore,
  type Transact,
} from '@philjs/jobs-testkit/conformance';
import pg from 'pg';
import { afterAll } from 'vitest';
import { leaseStoreOf, postgresBackend } from '../../src/postgres-backend.ts';

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

const create = postgresBackend({ postgres: server.url });
describeBackend('postgres', { create, transact, concurrent: true });
describeLeaseStore('postgres', { create, leases: leaseStoreOf, concurrent: true });
