import { join } from 'node:path';
import { RedisServer } from '@philjs/jobs-faults';
import { describeSteps } from '@philjs/jobs-faults/steps';
import { afterAll } from 'vitest';
import { createQueue } from '../../src/index.ts';

const server = await RedisServer.start();
afterAll(() => server.stop());

describeSteps('redis', {
  createQueue: (name) => createQueue({ name, redis: server.url }),
  program: join(import.meta.dirname, 'support/stepping-worker.ts'),
  args: [server.url],
});
