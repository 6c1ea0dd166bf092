import { join } from 'node:path';
import { RedisServer } from '@philjs/jobs-faults';
import { describeLargest } from '@philjs/jobs-faults/largest';
import { afterAll } from 'vitest';
import { createQueue } from '../../src/index.ts';

const server = await RedisServer.start();
afterAll(() => server.stop());

describeLargest('redis', {
  createQueue: (options) => createQueue({ ...options, redis: server.url, enqueueTimeout: 60_000 }),
  producer: {
    program: join(import.meta.dirname, 'support/largest-producer.ts'),
    args: [server.url],
  },
});
