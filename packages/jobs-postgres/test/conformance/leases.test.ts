import { PostgresServer } from '@philjs/jobs-faults';
import { describeLeaseStore } from '@philjs/jobs-testkit/conformance';
import { afterAll } from 'vitest';
import { leaseStoreOf, postgresBackend } from '../../src/postgres-backend.ts';

const server = await PostgresServer.start();
afterAll(() => server.stop());

describeLeaseStore('postgres', {
  create: postgresBackend({
    postgres: { connectionString: server.url, connectionTimeoutMillis: 60_000 },
  }),
  leases: leaseStoreOf,
  concurrent: true,
});
