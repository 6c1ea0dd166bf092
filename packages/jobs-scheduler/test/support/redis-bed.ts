import { redisBackend } from '@philjs/jobs-redis';
import type { BedKind } from './test-bed.ts';

let beds = 0;

/** Schedules on Redis: the schedulers follow the test's clock, while workers run in real time. */
export function redisBed(url: () => string): BedKind {
  return {
    name: 'Redis',
    backend: () => {
      beds += 1;
      return redisBackend({ redis: url(), prefix: `bed-${beds}`, enqueueTimeout: 60_000 });
    },
    virtualTime: false,
  };
}
