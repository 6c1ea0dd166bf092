import { createQueue, defineJob } from '@philjs/jobs-core';
import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { redisBackend } from '../src/redis-backend.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

it('delivers no events of jobs that a listener declines, and all to others', async () => {
  const job = defineJob({ name: 'job', handler: async () => 'done' });
  const queue = createQueue({
    name: 'wanted',
    backend: redisBackend({ redis: server.url }),
    jobs: [job],
  });
  await queue.isPaused();
  const some: string[] = [];
  const all: string[] = [];
  const asked: string[] = [];
  const { events } = queue.backend;
  const subscriptions = [
    await events!.subscribe({
      onEvent: (event) => 'jobId' in event && some.push(`${event.jobId} ${event.type}`),
      wants: (jobId) => {
        asked.push(jobId);
        return jobId === 'mine:1';
      },
    }),
    await events!.subscribe({ onEvent: (event) => 'jobId' in event && all.push(event.jobId) }),
  ];
  for (const jobId of ['other', 'mine:1', '42']) await queue.enqueue(job, undefined, { jobId });
  await queue.process();
  for (const jobId of ['other', 'mine:1', '42']) await queue.waitFor(jobId);
  await expect.poll(() => all.filter((id) => id === '42').length).toBe(3);
  expect(some).toEqual(['mine:1 waiting', 'mine:1 active', 'mine:1 completed']);
  expect(new Set(asked)).toEqual(new Set(['other', 'mine:1', '42']));
  for (const subscription of subscriptions) await subscription.unsubscribe();
  await queue.close();
});
