// A process that declares one list and then the other, over and over, until it is killed.
import { createQueue, defineJob } from '@philjs/jobs-core';
import { redisBackend } from '@philjs/jobs-redis';
import { Scheduler } from '../../src/index.ts';

/** How many schedules a list has. */
const SIZE = 300;

/** The lists: they share half of their ids, at other times. */
export const lists = (['0', '30'] as const).map((minute, n) =>
  Array.from({ length: SIZE }, (_, at) => ({
    id: `s${String(at + (n * SIZE) / 2).padStart(4, '0')}`,
    cron: `${minute} * * * *`,
  })),
);

const redis = process.argv[2];
if (redis !== undefined && process.send !== undefined) {
  const job = defineJob({ name: 'tick', handler: async () => undefined });
  const queue = createQueue({
    name: 'synced',
    backend: redisBackend({ redis, enqueueTimeout: 60_000 }),
    jobs: [job],
  });
  const scheduler = new Scheduler(queue);
  for (let round = 0; ; round++) {
    const list = lists[round % 2] ?? [];
    await scheduler.sync(list.map((one) => ({ job, ...one })));
    process.send({ round });
  }
}
