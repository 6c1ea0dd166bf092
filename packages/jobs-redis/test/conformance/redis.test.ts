import { describeBackend, describeLeaseStore, RedisServer } from '@philjs/jobs-testkit';
import { afterAll } from 'vitest';
import { leaseStoreOf, redisBackend } from '../../src/redis-backend.ts';

const server = await RedisServer.start();
afterAll(() => server.stop());

const create = redisBackend({ redis: server.url });
describeBackend('redis', { create, concurrent: true });
describeLeaseStore('redis', { create, leases: leaseStoreOf, concurrent: true });
