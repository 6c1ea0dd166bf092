import { describeBackend } from '@philjs/jobs-testkit/conformance';
import { afterAll } from 'vitest';
import { redisBackend } from '../../src/redis-backend.ts';
import { RedisCluster } from '../server/redis-cluster.ts';

const cluster = await RedisCluster.start();
const client = cluster.client();
afterAll(async () => {
  client.disconnect();
  await cluster.stop();
});

// On a cluster a script may use keys of one slot alone: each kind of script is run, and what writes to several queues.
// `test/faults/conformance` has the other groups.
describeBackend('redis cluster', {
  create: redisBackend({ redis: client, enqueueTimeout: 30_000 }),
  groups: [
    'adding',
    'identifying',
    'consuming',
    'pausing',
    'removing',
    'retrying and promoting',
    'updating',
    'announcing events',
    'limiting rates',
    'changing limits',
    'ordering by policy',
    'waiting for other jobs',
    'adding children',
    'waiting for jobs that fail',
    'counting what a job waits for',
    'keeping schedules',
    'storing together what was decided together',
    'noting ticks',
    'measuring',
    'logging',
    'keeping dead letters',
  ],
  concurrent: true,
});
