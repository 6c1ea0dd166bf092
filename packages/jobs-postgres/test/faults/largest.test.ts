import { join } from 'node:path';
import { PostgresServer } from '@philjs/jobs-faults';
import { describeLargest } from '@philjs/jobs-faults/largest';
import { afterAll } from 'vitest';
import { createQueue } from '../../src/index.ts';

const server = await PostgresServer.start();
afterAll(() => server.stop());

describeLargest('postgres', {
  createQueue: (options) => createQueue({ ...options, postgres: server.url }),
  producer: {
    program: join(import.meta.dirname, 'support/largest-producer.ts'),
    args: [server.url],
  },
});
