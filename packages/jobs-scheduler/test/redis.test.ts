import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, beforeAll, describe } from 'vitest';
import { allPolicies } from './policies/all-policies.ts';
import { redisBed } from './support/redis-bed.ts';

describe('schedules on Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());
  const bed = redisBed(() => server.url);
  allPolicies(bed);
});
