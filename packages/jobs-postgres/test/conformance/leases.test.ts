import { PostgresServer } from '@philjs/jobs-faults';
import { describeLeaseStore } from '@philjs/jobs-testkit/conformance';
import { afterAll } from 'vitest';
import { postgresBackend } from '../../src/postgres-backend.ts';
import { restrictedRole } from './restricted-role.ts';

const server = await PostgresServer.start();
const url = await restrictedRole(server);
afterAll(() => server.stop());

describeLeaseStore('postgres', {
  create: postgresBackend({
    postgres: { connectionString: url, connectionTimeoutMillis: 60_000 },
  }),
  concurrent: true,
});
