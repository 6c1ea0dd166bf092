import { describeBackend } from '@philjs/jobs-testkit';
import { afterAll } from 'vitest';
import { redisBackend } from '../../../src/redis-backend.ts';
import { RedisServer } from '../../server/redis-server.ts';

const server = await RedisServer.start({ program: 'valkey-server' });
afterAll(() => server.stop());

describeBackend('valkey', { create: redisBackend({ redis: server.url }) });
