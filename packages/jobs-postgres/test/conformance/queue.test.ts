import { describeQueue, PostgresServer } from '@philjs/jobs-testkit';
import { afterAll } from 'vitest';
import { postgresBackend } from '../../src/index.ts';

const server = await PostgresServer.start();
afterAll(() => server.stop());

describeQueue('postgres', { create: postgresBackend({ postgres: server.url }) });
