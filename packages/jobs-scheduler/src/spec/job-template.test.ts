import { defineJob } from '@philjs/jobs-core';
import { createQueue } from '@philjs/jobs-memory';
import { expect, it, onTestFinished } from 'vitest';
import { Scheduler } from '../index.ts';

it('gives each job of a schedule its tags and its time limit, and reads them back as they were given', async () => {
  const report = defineJob({
    name: 'report',
    tags: ({ of }) => [of],
    handler: (_: { of: string }) => 1,
  });
  const queue = createQueue({ name: 'tagged-ticks', jobs: [report] });
  const scheduler = new Scheduler(queue);
  onTestFinished(async () => {
    await scheduler.stop();
    await queue.close({ timeout: 0 });
  });
  const payload = { of: 'sales' };
  const cron = '0 9 * * *';
  await scheduler.schedule(report, { id: 'own', cron, payload, enqueueOptions: { timeout: 5000 } });
  const enqueueOptions = { tags: ['a', 'b'], timeout: 7000 };
  await scheduler.schedule(report, { id: 'given', cron, payload, enqueueOptions });
  for (const [id, tags, timeout] of [
    ['own', ['sales'], 5000],
    ['given', ['a', 'b'], 7000],
  ] as const) {
    const fired = await scheduler.trigger(id);
    expect(await queue.getJob(String(fired))).toMatchObject({ tags, timeout });
    const read = await scheduler.getScheduledJob(id);
    expect(read?.options.enqueueOptions).toMatchObject({ tags, timeout });
  }
});
