import { PostgresServer } from '@philjs/jobs-faults';
import { describeQueue } from '@philjs/jobs-testkit/conformance';
import { afterAll } from 'vitest';
import { postgresBackend } from '../../src/index.ts';

const server = await PostgresServer.start();
afterAll(() => server.stop());

describeQueue('postgres', {
  create: postgresBackend({
    postgres: { connectionString: server.url, connectionTimeoutMillis: 60_000 },
  }),
  concurrent: true,
});
