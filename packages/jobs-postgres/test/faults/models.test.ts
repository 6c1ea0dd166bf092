import { PostgresServer } from '@philjs/jobs-faults';
import { describeModels } from '@philjs/jobs-testkit/conformance';
import { afterAll } from 'vitest';
import { postgresBackend } from '../../src/index.ts';

const server = await PostgresServer.start();
afterAll(() => server.stop());

describeModels('postgres', {
  create: postgresBackend({ postgres: server.url }),
  concurrent: true,
});
