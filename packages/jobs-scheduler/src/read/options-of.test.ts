import { type Codec, defineJob } from '@philjs/jobs-core';
import { createQueue } from '@philjs/jobs-memory';
import { createTestClock } from '@philjs/jobs-testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Scheduler } from '../scheduler/scheduler.ts';

const MINUTE = 60_000;
const dates: Codec = {
  encode: (value) => ({ date: (value as Date).toISOString() }),
  decode: (json) => new Date((json as { date: string }).date),
};

describe.each([
  ['its job', { ofJob: dates, ofQueue: undefined }],
  ['its queue', { ofJob: undefined, ofQueue: dates }],
])('the options of a schedule whose payload goes through the codec of %s', (_, codecs) => {
  it('can be changed and written, and its handler gets the same payload', async () => {
    const got: unknown[] = [];
    const job = defineJob({
      name: 'report',
      ...(codecs.ofJob && { codec: codecs.ofJob }),
      handler: async (since: unknown) => void got.push(since),
    });
    const clock = createTestClock();
    const queue = createQueue({ clock, jobs: [job], codec: codecs.ofQueue });
    const scheduler = new Scheduler(queue);
    onTestFinished(async () => {
      await scheduler.stop();
      await queue.close();
    });
    const payload = new Date(5);
    const heard: unknown[] = [];
    scheduler.on('updated', ({ schedule }) => void heard.push(schedule.options.payload));
    await scheduler.schedule(job, { every: MINUTE, payload });
    const [listed] = await scheduler.getAllScheduledJobs();
    const read = await scheduler.getScheduledJob('report');
    expect([listed?.options.payload, read?.options.payload]).toEqual([payload, payload]);
    expect(read?.payload).toEqual({ date: payload.toISOString() });
    const { options, revision } = read!;
    await scheduler.schedule('report', { ...options, jitter: 1, revision } as never);
    expect(heard).toEqual([payload]);
    await scheduler.start();
    await queue.process();
    await clock.advance(MINUTE + 1);
    expect(got).toEqual([payload]);
  });
});

it('does not let a codec that changes what it reads change the stored payload', async () => {
  const codec: Codec = {
    encode: (value) => ({ list: [value as number] }),
    decode: (json) => (json as { list: number[] }).list.pop(),
  };
  const job = defineJob({ name: 'report', codec, handler: (n: number) => n });
  const queue = createQueue({ jobs: [job] });
  const scheduler = new Scheduler(queue);
  onTestFinished(() => queue.close());
  await scheduler.schedule(job, { every: MINUTE, payload: 7 });
  for (let times = 0; times < 2; times++) {
    const [read] = await scheduler.getAllScheduledJobs();
    expect(read).toMatchObject({ payload: { list: [7] }, options: { payload: 7 } });
  }
});

it('keeps of a schedule that is written back that its jobs are removed at once', async () => {
  const job = defineJob({ name: 'report', handler: () => 1 });
  const queue = createQueue({ jobs: [job] });
  const scheduler = new Scheduler(queue);
  onTestFinished(() => queue.close());
  const enqueueOptions = { removeOnComplete: true, removeOnFail: { age: 0, count: 0 } };
  await scheduler.schedule(job, { every: MINUTE, enqueueOptions });
  const { options, revision } = (await scheduler.getScheduledJob('report'))!;
  expect(options.enqueueOptions).toMatchObject(enqueueOptions);
  await scheduler.schedule('report', { ...options, revision } as never);
  expect((await scheduler.getScheduledJob('report'))?.revision).toBe(revision);
});
