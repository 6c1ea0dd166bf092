import { defineJob } from '@philjs/jobs-core';
import { createQueue } from '@philjs/jobs-memory';
import { expect, it, onTestFinished } from 'vitest';
import { Scheduler } from '../index.ts';

const mail = defineJob({
  name: 'mail',
  tags: ({ to }) => [to],
  deduplicate: ({ to }) => to,
  fairKey: ({ to }) => to,
  handler: (_: { to: string }) => 1,
});
const daily = { cron: '0 9 * * *', payload: { to: 'ada' } } as const;
const given = { tags: ['all'], deduplicate: 'one', fairKey: 'us', weight: 1 } as const;

const schedulerOf = (): Scheduler => {
  const queue = createQueue({ jobs: [mail], order: 'fair' });
  const scheduler = new Scheduler(queue);
  onTestFinished(() => queue.close());
  return scheduler;
};

it('makes tags, keys and place of a run by hand from its own payload', async () => {
  const scheduler = schedulerOf();
  await scheduler.schedule(mail, daily);
  const first = await scheduler.trigger('mail');
  const second = await scheduler.trigger('mail', { payload: { to: 'bob' } });
  expect(second).not.toBe(first);
  const job = await scheduler.queue.getJob(second);
  expect(job).toMatchObject({ payload: { to: 'bob' }, tags: ['bob'], fairKey: 'bob' });
  // Its key is held by a job with the same payload, not by one with that of the schedule.
  expect(await scheduler.trigger('mail', { payload: { to: 'bob' } })).toBe(second);
});

it('keeps for a run by hand what was given with the schedule', async () => {
  const scheduler = schedulerOf();
  await scheduler.schedule(mail, { ...daily, enqueueOptions: given });
  const first = await scheduler.trigger('mail');
  expect(await scheduler.trigger('mail', { payload: { to: 'bob' } })).toBe(first);
  await scheduler.schedule(mail, {
    ...daily,
    enqueueOptions: { ...given, deduplicate: false },
  });
  for (const to of ['bob', 'cyd']) {
    const id = await scheduler.trigger('mail', { payload: { to } });
    const job = await scheduler.queue.getJob(id);
    expect(job).toMatchObject({ payload: { to }, tags: ['all'], fairKey: 'us' });
  }
});

it.each([
  ['that were given', { ...given, deadline: new Date(5_000_000_000_000) }],
  ['that were given, without a key', { ...given, deduplicate: false as const }],
  ['but none that the definition made', {}],
])('reads back the options %s', async (_, enqueueOptions) => {
  const scheduler = schedulerOf();
  await scheduler.schedule(mail, { ...daily, enqueueOptions });
  const { options, revision } = (await scheduler.getScheduledJob('mail'))!;
  await scheduler.schedule('mail', { ...options, revision } as never);
  expect((await scheduler.getScheduledJob('mail'))?.revision).toBe(revision);
  const changed = { ...options, payload: { to: 'bob' }, revision };
  await scheduler.schedule('mail', changed as never);
  const job = await scheduler.queue.getJob(await scheduler.trigger('mail'));
  const isGiven = 'tags' in enqueueOptions;
  expect(job).toMatchObject({
    tags: [isGiven ? 'all' : 'bob'],
    fairKey: isGiven ? 'us' : 'bob',
  });
  expect(job?.deadline).toEqual('deadline' in enqueueOptions ? enqueueOptions.deadline : undefined);
});
