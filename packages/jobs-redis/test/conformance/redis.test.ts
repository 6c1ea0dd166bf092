import { describeBackend, describeLeaseStore, RedisServer } from '@philjs/jobs-testkit';
import { afterAll } from 'vitest';
import { leaseStoreOf, redisBackend } from '../../src/redis-backend.ts';
import { knownGaps } from './known-gaps.ts';

const server = await RedisServer.start();
afterAll(() => server.stop());

const create = redisBackend({ redis: server.url });
describeBackend('redis', { create, skip: knownGaps });
describeLeaseStore('redis', { create, leases: leaseStoreOf });
