// A process that declares schedules of every second and fires them, until it is killed.
import { appendFileSync } from 'node:fs';
import { createQueue, defineJob } from '@philjs/jobs-core';
import { redisBackend } from '@philjs/jobs-redis';
import { Scheduler } from '../../src/index.ts';

const [redis = '', eventsFile = '', count = '1'] = process.argv.slice(2);
const note = (what: string, about: string): void =>
  appendFileSync(eventsFile, `${what} ${about} ${process.pid}\n`);

const job = defineJob({ name: 'second', handler: async () => undefined });
const queue = createQueue({
  name: 'faults',
  backend: redisBackend({ redis, enqueueTimeout: 60_000 }),
  jobs: [job],
});
queue.on('error', ({ error }) => note('error', JSON.stringify(error.message)));

const scheduler = new Scheduler(queue);
for (let n = 0; n < Number(count); n++) {
  await scheduler.schedule(job, {
    id: `second-${n}`,
    cron: '* * * * * *',
    history: 1000,
    onSchedule: (scheduledAt, { firedAt }) =>
      note('fired', `${scheduledAt.getTime()} ${firedAt.getTime() - scheduledAt.getTime()}`),
  });
}
await scheduler.start();
process.send?.('ready');
