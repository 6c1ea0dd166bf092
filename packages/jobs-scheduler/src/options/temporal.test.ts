import { createQueue, defineJob } from '@philjs/jobs-core';
import { memoryBackend } from '@philjs/jobs-memory';
import { createTestClock } from '@philjs/jobs-testkit';
import { Temporal } from 'temporal-polyfill';
import { afterAll, expect, it } from 'vitest';
import { Scheduler } from '../scheduler/scheduler.ts';

const clock = createTestClock();
const queue = createQueue({ backend: memoryBackend(), clock });
const scheduler = new Scheduler(queue);
afterAll(() => queue.close());

const job = defineJob({ name: 'job', handler: async () => undefined });
const start = Temporal.Instant.fromEpochMilliseconds(clock.now()).add({ hours: 24 });
const dateOf = (time: Temporal.Instant): Date => new Date(time.epochMilliseconds);

it('takes times of Temporal for the start and the end of a schedule', async () => {
  const endDate = start.add({ hours: 3 }).toZonedDateTimeISO('Asia/Tokyo');
  const id = await scheduler.schedule(job, { every: 3_600_000, startDate: start, endDate });
  const hours = [0, 1, 2].map((hour) => dateOf(start.add({ hours: hour })));
  expect(await scheduler.nextRuns(id)).toEqual(hours);
  const stored = await scheduler.getScheduledJob(id);
  expect(stored?.startDate).toEqual(dateOf(start));
});

it('takes times of Temporal for the dates of a schedule, and for a job that runs once', async () => {
  const at = [start.add({ hours: 1 }), start.toZonedDateTimeISO('Europe/Paris')];
  const id = await scheduler.schedule(job, { id: 'dates', at });
  expect(await scheduler.nextRuns(id)).toEqual([dateOf(start), dateOf(start.add({ hours: 1 }))]);
  const once = await scheduler.scheduleOnce(job, undefined, start);
  expect(await scheduler.nextRuns(once)).toEqual([dateOf(start)]);
});

it('takes times of Temporal for the span of a backfill', async () => {
  const id = await scheduler.schedule(job, { id: 'past', cron: '0 * * * *' });
  const now = Temporal.Instant.fromEpochMilliseconds(clock.now());
  const range = { from: now.subtract({ hours: 2 }), to: now.toZonedDateTimeISO('UTC') };
  expect((await scheduler.backfill(id, range)).length).toBeGreaterThan(1);
});
