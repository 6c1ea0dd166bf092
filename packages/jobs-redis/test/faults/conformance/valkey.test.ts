import { describeBackend, RedisServer } from '@philjs/jobs-testkit';
import { afterAll } from 'vitest';
import { redisBackend } from '../../../src/redis-backend.ts';

const server = await RedisServer.start({
  program: process.env['VALKEY_SERVER_BIN'] ?? 'valkey-server',
});
afterAll(() => server.stop());

describeBackend('valkey', { create: redisBackend({ redis: server.url }) });
