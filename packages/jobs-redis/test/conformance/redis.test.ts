import { RedisServer } from '@philjs/jobs-faults';
import { describeBackend } from '@philjs/jobs-testkit/conformance';
import { afterAll } from 'vitest';
import { encodeJobId } from '../../src/keys/job-id.ts';
import { redisBackend } from '../../src/redis-backend.ts';
import { openClient } from '../server/open-client.ts';

const server = await RedisServer.start();
afterAll(() => server.stop());

const client = openClient(server);
afterAll(() => client.disconnect());

describeBackend('redis', {
  create: redisBackend({ redis: server.url, enqueueTimeout: 30_000 }),
  deleteByHand: async (what, { queueName, id }) => {
    const key = `{philjs}:${queueName}:${encodeJobId(id)}`;
    await client.del(what === 'job' ? key : `${key}:pj:edges`);
  },
  concurrent: true,
});
