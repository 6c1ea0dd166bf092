import { describeBackend, RedisServer } from '@philjs/jobs-testkit';
import { afterAll } from 'vitest';
import { redisBackend } from '../../../src/redis-backend.ts';
import { knownGaps } from '../../conformance/known-gaps.ts';

const server = await RedisServer.start({
  program: process.env['VALKEY_SERVER_BIN'] ?? 'valkey-server',
});
afterAll(() => server.stop());

// Redis is met with RESP3, alone and as a cluster; so Valkey is met with RESP2.
describeBackend('valkey, RESP2', {
  skip: knownGaps,
  create: redisBackend({ redis: { host: '127.0.0.1', port: server.port, protocol: 2 } }),
});
