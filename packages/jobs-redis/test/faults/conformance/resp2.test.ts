import { describeBackend, RedisServer } from '@philjs/jobs-testkit';
import { afterAll } from 'vitest';
import { redisBackend } from '../../../src/redis-backend.ts';

const server = await RedisServer.start();
afterAll(() => server.stop());

describeBackend('redis, RESP2', {
  create: redisBackend({ redis: { host: '127.0.0.1', port: server.port, protocol: 2 } }),
});
