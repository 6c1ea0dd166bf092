import { createQueue } from '@philjs/jobs-memory';
import { createTestClock } from '@philjs/jobs-testkit';
import { expect, test } from 'vitest';
import { JobWatch } from './job-watch.ts';

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
  await watch.start([queue], (_payload, _ctx, next) => next());
  await clock.advance(20_000);
  await watch.stop();
  await queue.close();
  expect([looks, told]).toEqual([3, [message, message]]);
});
