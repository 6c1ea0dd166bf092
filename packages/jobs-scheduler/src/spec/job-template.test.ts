import { defineJob } from '@philjs/jobs-core';
import { createQueue } from '@philjs/jobs-memory';
import { createTestClock } from '@philjs/jobs-testkit';
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
    const read = (await scheduler.getScheduledJob(id))?.options.enqueueOptions;
    expect(read).toMatchObject({ timeout });
    // Those of the definition are made again for the payload that is written back.
    expect(read?.tags).toEqual(id === 'given' ? tags : undefined);
  }
});

it('gives each job of a schedule its place in an order, with a deadline counted from its tick', async () => {
  const clock = createTestClock();
  const report = defineJob({
    name: 'report',
    fairKey: ({ of }) => of,
    weight: 2,
    deadline: () => clock.now() + 5000,
    handler: (_: { of: string }) => 1,
  });
  const queue = createQueue({ name: 'ordered-ticks', jobs: [report], clock, order: 'fair' });
  const scheduler = new Scheduler(queue);
  onTestFinished(async () => {
    await scheduler.stop();
    await queue.close({ timeout: 0 });
  });
  await scheduler.schedule(report, { id: 'own', cron: '0 9 * * *', payload: { of: 'sales' } });
  await clock.advance(60_000);
  const fired = await queue.getJob(String(await scheduler.trigger('own')));
  const deadline = new Date(clock.now() + 5000);
  expect(fired).toMatchObject({ fairKey: 'sales', weight: 2, deadline });
  const other = await scheduler.trigger('own', { payload: { of: 'stock' } });
  expect(await queue.getJob(String(other))).toMatchObject({ fairKey: 'stock', deadline });
});

it.each([
  ['its caller', undefined, { deadline: new Date(7_200_000) }],
  ['its definition', () => new Date(7_200_000), {}],
])('keeps the deadline that %s gives a job that is to run once', async (_, deadline, options) => {
  const clock = createTestClock(0);
  const report = defineJob({
    name: 'report',
    ...(deadline !== undefined && { deadline }),
    handler: (_payload: { of: string }) => 1,
  });
  const queue = createQueue({ name: 'once', jobs: [report], clock, order: 'deadline' });
  const scheduler = new Scheduler(queue);
  onTestFinished(async () => {
    await scheduler.stop();
    await queue.close({ timeout: 0 });
  });
  await scheduler.start();
  await scheduler.scheduleOnce(report, { of: 'sales' }, new Date(3_600_000), options);
  await clock.advance(3_600_000);
  const { jobs } = await queue.getJobs();
  expect(jobs.map((job) => job.deadline)).toEqual([new Date(7_200_000)]);
});
