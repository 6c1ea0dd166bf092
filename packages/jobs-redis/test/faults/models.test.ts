import { RedisServer } from '@philjs/jobs-faults';
import { describeModels } from '@philjs/jobs-testkit/conformance';
import { afterAll } from 'vitest';
import { redisBackend } from '../../src/redis-backend.ts';

const server = await RedisServer.start();
afterAll(() => server.stop());

describeModels('redis', {
  create: redisBackend({ redis: server.url }),
  concurrent: true,
});
