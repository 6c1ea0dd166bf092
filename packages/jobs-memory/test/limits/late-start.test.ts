import { defineJob } from '@philjs/jobs-core';
import { createTestClock } from '@philjs/jobs-testkit';
import { expect, it } from 'vitest';
import { createQueue } from '../../src/index.ts';

interface Valid {
  readonly value: unknown;
}

/** Runs jobs whose payload is read late, under a rate with a window of some milliseconds; returns what came of it. */
async function run(lateMs: number, per: number, isLimited = true) {
  const clock = createTestClock(0);
  const warnings: string[] = [];
  const starts: number[] = [];
  let isEnqueuing = true;
  const job = defineJob({
    name: 'call',
    schema: {
      '~standard': {
        version: 1 as const,
        vendor: 'test',
        validate: (value: unknown): Valid | Promise<Valid> =>
          isEnqueuing
            ? { value }
            : new Promise((resolve) => clock.setTimeout(() => resolve({ value }), lateMs)),
      },
    },
    ...(isLimited && { rateLimit: { max: 1, per } }),
    handler: () => void starts.push(clock.now()),
  });
  const silent = { debug: () => undefined, info: () => undefined, error: () => undefined };
  const logger = { ...silent, warn: (text: string) => void warnings.push(text) };
  const queue = createQueue({ name: `late-${lateMs}-${per}`, clock, jobs: [job], logger });
  const { id } = await queue.enqueue(job, 'x');
  isEnqueuing = false;
  await queue.process();
  await clock.advance(10 * lateMs);
  const stored = await queue.getJob(id);
  await queue.backend.close({ force: true });
  return { starts, warnings: warnings.length, attemptsMade: stored?.attemptsMade };
}

it('starts a job that is no later than a twentieth of its window', async () => {
  expect(await run(50, 1000)).toEqual({ starts: [50], warnings: 0, attemptsMade: 1 });
});

it('gives back a job that is later, uses no attempt, and tells an operator once a minute', async () => {
  expect(await run(51, 1000)).toEqual({ starts: [], warnings: 1, attemptsMade: 0 });
});

it('allows 25 ms in a short window', async () => {
  expect(await run(25, 100)).toEqual({ starts: [25], warnings: 0, attemptsMade: 1 });
  expect(await run(26, 100)).toEqual({ starts: [], warnings: 1, attemptsMade: 0 });
});

it('lets a job without a rate start however late it is', async () => {
  expect(await run(5000, 1000, false)).toMatchObject({ starts: [5000], warnings: 0 });
});
