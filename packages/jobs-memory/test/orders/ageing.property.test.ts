import { defineJob } from '@philjs/jobs-core';
import { createTestClock } from '@philjs/jobs-testkit';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createQueue } from '../../src/index.ts';

const AGE_MS = 1_000;
const RUN_MS = 100;

it('lets no job wait for ever in an ageing order, whatever comes with whatever priority', async () => {
  const bursts = fc.array(
    fc.record({
      count: fc.integer({ min: 1, max: 4 }),
      priority: fc.integer({ min: -5, max: 20 }),
      isFailing: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8 },
  );
  const property = fc.asyncProperty(bursts, fc.integer({ min: -5, max: 5 }), async (all, low) => {
    const clock = createTestClock();
    let startedAt: number | undefined;
    const wait = (): Promise<void> =>
      new Promise((resolve) => void clock.setTimeout(resolve, RUN_MS));
    const flood = defineJob({
      name: 'flood',
      attempts: 2,
      backoff: () => 10,
      removeOnComplete: true,
      removeOnFail: true,
      handler: async (isFailing: boolean) => {
        await wait();
        if (isFailing) throw new Error('tried again');
      },
    });
    const patient = defineJob({
      name: 'patient',
      handler: () => {
        startedAt = clock.now();
      },
    });
    const queue = createQueue({
      clock,
      jobs: [flood, patient],
      order: 'ageing',
      agePerPriority: AGE_MS,
    });
    const begin = clock.now();
    await queue.enqueue(patient, undefined, { priority: low });
    await queue.process();
    // More work comes in than one worker can do.
    for (let step = 0; step < 600 && startedAt === undefined; step++) {
      const { count, priority, isFailing } = all[step % all.length] as (typeof all)[number];
      for (let one = 0; one < count; one++) await queue.enqueue(flood, isFailing, { priority });
      await clock.advance(RUN_MS);
    }
    // Only what came before its number, by at most 25 steps of priority, goes before it.
    const most = (25 * AGE_MS * 4 * 2 * RUN_MS) / RUN_MS;
    expect((startedAt ?? Number.POSITIVE_INFINITY) - begin).toBeLessThan(most + RUN_MS);
    await queue.close({ timeout: 0 });
  });
  await fc.assert(property, { numRuns: 25 });
});
