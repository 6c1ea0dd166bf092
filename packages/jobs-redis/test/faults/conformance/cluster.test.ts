import { describeBackend } from '@philjs/jobs-testkit/conformance';
import { afterAll } from 'vitest';
import { redisBackend } from '../../../src/redis-backend.ts';
import { RedisCluster } from '../../server/redis-cluster.ts';

const cluster = await RedisCluster.start();
const client = cluster.client();
afterAll(async () => {
  client.disconnect();
  await cluster.stop();
});

describeBackend('redis cluster, all groups', {
  create: redisBackend({ redis: client, enqueueTimeout: 30_000 }),
  concurrent: true,
});
