import { join } from 'node:path';
import { PostgresServer } from '@philjs/jobs-faults';
import { describeDeadLetters } from '@philjs/jobs-faults/dead-letters';
import { afterAll } from 'vitest';
import { createQueue } from '../../src/index.ts';

const server = await PostgresServer.start();
afterAll(() => server.stop());

describeDeadLetters('postgres', {
  createQueue: (name) => createQueue({ name, postgres: server.url }),
  program: join(import.meta.dirname, 'support/failing-worker.ts'),
  args: [server.url],
});
