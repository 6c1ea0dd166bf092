import { defineJob, type IQueue, RunEnded } from '@philjs/jobs-core';
import { createQueue } from '@philjs/jobs-memory';
import { beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { ALLOW, SECRET } from './receiver.ts';
import { quiet, receiver, until, untilIdle, work } from './sending.ts';

/** The package over another copy of core than the queues have, as where two versions of core are installed. */
let other: typeof import('../src/index.ts');

beforeAll(async () => {
  vi.resetModules();
  other = await import('../src/index.ts');
  expect((await import('@philjs/jobs-core')).RunEnded).not.toBe(RunEnded);
});

it('tells of the jobs of a queue that another copy of core made', async () => {
  const { url, received } = await receiver();
  let runs = 0;
  const later = defineJob({
    name: 'later',
    attempts: 1,
    handler: (_: null, ctx) => {
      runs += 1;
      return runs === 1 ? ctx.snooze(1) : ctx.fail(new Error('refused'));
    },
  });
  const queue = createQueue({ jobs: [work, later], logger: quiet });
  const webhooks = other.createWebhooks(queue, {
    endpoints: [{ url, events: ['completed', 'failed'], secret: SECRET }],
    allow: ALLOW,
  });
  onTestFinished(async () => {
    await webhooks.stop();
    await queue.close({ timeout: 0 });
  });
  await webhooks.start();
  await queue.process();
  const { id } = await queue.enqueue(work, 4);
  await until(() => received.length === 1);
  expect(received[0]?.message).toMatchObject({ type: 'job.completed', data: { jobId: id } });
  await queue.enqueue(later, null);
  await until(() => received.length === 2);
  await untilIdle(queue);
  expect(received[1]?.message).toMatchObject({
    type: 'job.failed',
    data: { error: { message: 'refused' } },
  });
  expect(received).toHaveLength(2);
});

it('refuses what is no queue', () => {
  const double = { name: 'double', enqueue: () => undefined } as unknown as IQueue;
  const endpoints = [{ url: 'http://127.0.0.1:1', events: ['completed' as const], secret: SECRET }];
  expect(() => other.createWebhooks(double, { endpoints, allow: ALLOW })).toThrow(
    expect.objectContaining({
      code: 'JOBS_INVALID_ARGUMENT',
      details: expect.objectContaining({ field: 'queue' }),
    }),
  );
});
