import { describeBackend, RedisServer } from '@philjs/jobs-testkit';
import { afterAll } from 'vitest';
import { redisBackend } from '../../src/redis-backend.ts';
import { knownGaps } from './known-gaps.ts';

const server = await RedisServer.start();
afterAll(() => server.stop());

describeBackend('redis', { create: redisBackend({ redis: server.url }), skip: knownGaps });
