import { RedisServer } from '@philjs/jobs-faults';
import { redisBackend } from '@philjs/jobs-redis';
import { afterAll, beforeAll, describe } from 'vitest';
import type { BedKind } from './test-bed.ts';

let beds = 0;

/** Schedules on Redis: the schedulers follow the test's clock, while workers run in real time. */
function redisBed(url: () => string): BedKind {
  return {
    name: 'Redis',
    backend: () => {
      beds += 1;
      return redisBackend({ redis: url(), prefix: `bed-${beds}`, enqueueTimeout: 60_000 });
    },
    virtualTime: false,
  };
}

/** Tests some policies on a server of their own. */
export function onRedis(policies: readonly ((kind: BedKind) => void)[]): void {
  describe('schedules on Redis', () => {
    let server: RedisServer;
    beforeAll(async () => {
      server = await RedisServer.start();
    });
    afterAll(() => server.stop());
    const bed = redisBed(() => server.url);
    for (const policy of policies) policy(bed);
  });
}
