import type { Middleware } from '@philjs/jobs-core';
import { createQueue } from '@philjs/jobs-memory';
import { createTestClock } from '@philjs/jobs-testkit';
import { expect, test } from 'vitest';
import { JobWatch } from './job-watch.ts';

const passing: Middleware = (_payload, _ctx, next) => next();

test.each([
  ['an object', { status: 503 }, '`{"status":503}` was thrown'],
  ['an object that is no text', Object.create(null), '`{}` was thrown'],
  ['nothing', undefined, '`undefined` was thrown'],
])('goes on looking after a look that threw %s, and reports it', async (_what, thrown, message) => {
  const clock = createTestClock();
  const queue = createQueue({ clock });
  const told: string[] = [];
  queue.on('error', ({ error }) => told.push(error.message));
  let looks = 0;
  const watch = new JobWatch(queue, async () => {
    looks += 1;
    if (looks > 1) throw thrown;
  });
  await watch.start([queue], passing);
  await clock.advance(20_000);
  await watch.stop();
  await queue.close();
  expect([looks, told]).toEqual([3, [message, message]]);
});

test('has one look at a time when it is started again while it starts', async () => {
  const clock = createTestClock();
  const queue = createQueue({ clock });
  const waiting: (() => void)[] = [];
  let looks = 0;
  const watch = new JobWatch(queue, () => {
    looks += 1;
    return looks > 2 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve));
  });
  const first = watch.start([queue], passing);
  await watch.stop();
  const second = watch.start([queue], passing);
  for (const resolve of waiting) resolve();
  await Promise.all([first, second]);
  await clock.advance(10_000);
  expect(looks).toBe(3);
  await watch.stop();
  await clock.advance(20_000);
  expect(looks).toBe(3);
  await queue.close();
});
