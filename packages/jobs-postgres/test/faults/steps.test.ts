import { join } from 'node:path';
import { PostgresServer } from '@philjs/jobs-faults';
import { describeSteps } from '@philjs/jobs-faults/steps';
import { afterAll } from 'vitest';
import { createQueue } from '../../src/index.ts';

const server = await PostgresServer.start();
afterAll(() => server.stop());

describeSteps('postgres', {
  createQueue: (name) => createQueue({ name, postgres: server.url }),
  program: join(import.meta.dirname, 'support/stepping-worker.ts'),
  args: [server.url],
});
