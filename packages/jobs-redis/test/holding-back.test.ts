import { defineJob } from '@philjs/jobs-core';
import { RedisServer } from '@philjs/jobs-faults';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createQueue } from '../src/redis-queue.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

interface Call {
  readonly tenant: number;
}

/** How many keys are held back for a moment each, while one is for long. */
const KEYS = 300;

test('forgets the keys that are held back no more, also while others are', async () => {
  const redis = new Redis(server.port);
  const job = defineJob({
    name: 'call',
    rateLimit: {
      max: 1000,
      per: 1000,
      key: ({ tenant }: Call) => `tenant ${tenant}`,
    },
    handler: ({ tenant }: Call, ctx) => ctx.holdBack(tenant === 0 ? 3_600_000 : 1),
  });
  const queue = createQueue({
    name: 'holding',
    redis: `redis://127.0.0.1:${server.port}`,
    jobs: [job],
  });
  const jobs = await queue.enqueueMany(
    Array.from({ length: KEYS }, (_, tenant) => ({ job, payload: { tenant } })),
  );
  await queue.process();
  await Promise.all(jobs.map(({ id }) => queue.waitFor(id)));
  const [key = ''] = await redis.keys('*pj:held');
  const fields = await redis.hkeys(key);
  expect(fields).toContain('r4:calltenant 0');
  expect(fields.length).toBeLessThan(KEYS / 3);
  redis.disconnect();
  await queue.close();
});
