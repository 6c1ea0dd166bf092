import { PostgresServer } from '@philjs/jobs-faults';
import { describeBackend } from '@philjs/jobs-testkit/conformance';
import { afterAll } from 'vitest';
import { postgresBackend } from '../../src/postgres-backend.ts';
import { deleteOn } from './delete-on.ts';
import { restrictedRole } from './restricted-role.ts';
import { transactOn } from './transact-on.ts';

const server = await PostgresServer.start();
const url = await restrictedRole(server);
afterAll(() => server.stop());

describeBackend('postgres', {
  create: postgresBackend({
    postgres: { connectionString: url, connectionTimeoutMillis: 60_000 },
  }),
  transact: transactOn(url),
  deleteByHand: deleteOn(server.url),
  concurrent: true,
});
