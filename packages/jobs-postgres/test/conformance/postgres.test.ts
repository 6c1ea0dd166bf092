import { describeBackend, PostgresServer } from '@philjs/jobs-testkit';
import { afterAll } from 'vitest';
import { postgresBackend } from '../../src/index.ts';

const server = await PostgresServer.start();
afterAll(() => server.stop());

describeBackend('postgres', { create: postgresBackend({ postgres: server.url }) });
