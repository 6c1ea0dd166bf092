import { RedisServer } from '@philjs/jobs-faults';
import { describeLeaseStore } from '@philjs/jobs-testkit/conformance';
import { afterAll } from 'vitest';
import { redisBackend } from '../../src/redis-backend.ts';

const server = await RedisServer.start();
afterAll(() => server.stop());

describeLeaseStore('redis', {
  create: redisBackend({ redis: server.url, enqueueTimeout: 30_000 }),
  concurrent: true,
});
