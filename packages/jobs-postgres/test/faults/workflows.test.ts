import { PostgresServer } from '@philjs/jobs-testkit';
import { describeWorkflows } from '@philjs/jobs-testkit/conformance';
import { afterAll } from 'vitest';
import { postgresBackend } from '../../src/index.ts';

const SEED = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31);
const server = await PostgresServer.start();
afterAll(() => server.stop());

describeWorkflows(`postgres, FC_SEED=${SEED}`, {
  create: postgresBackend({ postgres: server.url }),
  runs: 100,
  mostJobs: 60,
  seed: SEED,
});
