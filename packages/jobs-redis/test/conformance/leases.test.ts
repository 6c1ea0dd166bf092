import { describeLeaseStore, RedisServer } from '@philjs/jobs-testkit';
import { afterAll } from 'vitest';
import { leaseStoreOf, redisBackend } from '../../src/redis-backend.ts';

const server = await RedisServer.start();
afterAll(() => server.stop());

describeLeaseStore('redis', {
  create: redisBackend({ redis: server.url, enqueueTimeout: 30_000 }),
  leases: leaseStoreOf,
  concurrent: true,
});
