import { join } from 'node:path';
import { RedisServer } from '@philjs/jobs-faults';
import { describeDeadLetters } from '@philjs/jobs-faults/dead-letters';
import { afterAll } from 'vitest';
import { createQueue } from '../../src/index.ts';

const server = await RedisServer.start();
afterAll(() => server.stop());

describeDeadLetters('redis', {
  createQueue: (name) => createQueue({ name, redis: server.url }),
  program: join(import.meta.dirname, 'support/failing-worker.ts'),
  args: [server.url],
});
