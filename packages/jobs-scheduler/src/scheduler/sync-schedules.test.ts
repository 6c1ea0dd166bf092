import { defineJob, type IQueue } from '@philjs/jobs-core';
import type { ScheduleStore } from '@philjs/jobs-core/backend';
import { createMemoryStore, createQueue } from '@philjs/jobs-memory';
import { expect, it, onTestFinished } from 'vitest';
import { Scheduler } from './scheduler.ts';

const [job, late] = ['job', 'late'].map((name) => defineJob({ name, handler: () => 1 }));

it('takes no schedule that another owner made at the same moment, however many changes come in between', async () => {
  const store = createMemoryStore();
  const newQueue = (): IQueue => {
    const queue = createQueue({ name: 'shared', jobs: [job!], store });
    onTestFinished(() => queue.close());
    return queue;
  };
  const other = new Scheduler(newQueue());
  const queue = newQueue();
  const schedules = queue.backend.schedules as {
    -readonly [name in keyof ScheduleStore]: ScheduleStore[name];
  };
  // Refused each time, as where other processes change one of the schedules: then each is changed by itself.
  schedules.putAll = async () => undefined;
  const put = schedules.put.bind(schedules);
  let isFirst = true;
  schedules.put = async (params) => {
    if (isFirst) await other.sync([{ job: job!, cron: '0 5 * * *' }], { owner: 'billing' });
    isFirst = false;
    return put(params);
  };
  const syncing = new Scheduler(queue).sync([{ job: job!, cron: '0 1 * * *' }], { owner: 'mail' });
  await expect(syncing).rejects.toMatchObject({
    code: 'JOBS_CONFLICT',
    details: { index: 0, scheduleId: 'job', owner: 'billing' },
  });
  expect(await other.getScheduledJob('job')).toMatchObject({ owner: 'billing', cron: '0 5 * * *' });
});

it('takes back what it made where a later generation was declared meanwhile, however many changes come in between', async () => {
  const store = createMemoryStore();
  const newQueue = (): IQueue => {
    const queue = createQueue({ name: 'shared', jobs: [job!, late!], store });
    onTestFinished(() => queue.close());
    return queue;
  };
  const fresh = new Scheduler(newQueue());
  const queue = newQueue();
  const schedules = queue.backend.schedules as {
    -readonly [name in keyof ScheduleStore]: ScheduleStore[name];
  };
  schedules.putAll = async () => undefined;
  const put = schedules.put.bind(schedules);
  let isFirst = true;
  schedules.put = async (params) => {
    if (isFirst) await fresh.sync([{ job: job!, cron: '0 5 * * *' }], { generation: 7 });
    isFirst = false;
    return put(params);
  };
  const result = await new Scheduler(queue).sync([{ job: late!, cron: '0 1 * * *' }], {
    generation: 6,
  });
  expect(result).toMatchObject({ created: [] });
  expect((await fresh.getAllScheduledJobs()).map(({ id }) => id)).toEqual(['job']);
});
