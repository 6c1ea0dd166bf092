import { RedisServer } from '@philjs/jobs-testkit';
import { describeWorkflows } from '@philjs/jobs-testkit/conformance';
import { afterAll } from 'vitest';
import { redisBackend } from '../../src/redis-backend.ts';

const SEED = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31);
const server = await RedisServer.start();
afterAll(() => server.stop());

describeWorkflows(`redis, FC_SEED=${SEED}`, {
  create: redisBackend({ redis: server.url }),
  runs: 100,
  mostJobs: 200,
  seed: SEED,
});
