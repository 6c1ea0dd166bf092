import { PostgresServer } from '@philjs/jobs-faults';
import { describeBackend } from '@philjs/jobs-testkit/conformance';
import { afterAll } from 'vitest';
import { postgresBackend } from '../../src/postgres-backend.ts';
import { transactOn } from './transact-on.ts';

const server = await PostgresServer.start();
afterAll(() => server.stop());

describeBackend('postgres', {
  create: postgresBackend({
    postgres: { connectionString: server.url, connectionTimeoutMillis: 60_000 },
  }),
  transact: transactOn(server),
  concurrent: true,
});
