import { RedisServer } from '@philjs/jobs-faults';
import {
  describeBackend,
  describeLeaseStore,
  describeQueue,
} from '@philjs/jobs-testkit/conformance';
import { afterAll } from 'vitest';
import { redisBackend } from '../../../src/redis-backend.ts';

/**
 * Runs all suites on a server of its own, over one version of the protocol. `npm test` meets Redis with RESP3, alone,
 * and some groups over a cluster.
 */
export async function describeServer(
  program: 'redis-server' | 'valkey-server',
  protocol: 2 | 3,
): Promise<void> {
  const variable = program === 'redis-server' ? 'REDIS_SERVER_BIN' : 'VALKEY_SERVER_BIN';
  const server = await RedisServer.start({ program: process.env[variable] ?? program });
  afterAll(() => server.stop());
  const redis = { host: '127.0.0.1', port: server.port, protocol };
  const create = redisBackend({ redis, enqueueTimeout: 30_000 });
  const title = `${program}, RESP${protocol}`;
  describeBackend(title, { create, concurrent: true });
  describeLeaseStore(title, { create, concurrent: true });
  describeQueue(`queue on ${title}`, { create, concurrent: true });
}
