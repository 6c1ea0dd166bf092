import type { AttemptEnd } from '@philjs/jobs-core';
import { defineJob } from '@philjs/jobs-core';
import { expect } from 'vitest';
import type { QueueGroup } from '../queue-group.ts';

/** A handler may put its job back for later without using an attempt. */
export const snoozing: QueueGroup = {
  title: 'snoozing',
  tests: (test) => {
    test('runs again after the time asked for, using no attempt', async (trial) => {
      const { time } = trial;
      const starts: number[] = [];
      const ends: AttemptEnd[] = [];
      const later = defineJob({
        name: 'later',
        attempts: 1,
        handler: (_payload: undefined, ctx) => {
          starts.push(time.now());
          ctx.onEnd((end) => ends.push(end));
          if (starts.length < 3) ctx.snooze(time.delayMs);
          return ctx.attempt;
        },
      });
      const queue = await trial.worker();
      const job = await queue.enqueue(later, undefined);
      expect(await trial.result(queue, job)).toBe(1);
      expect(await queue.getJob(job.id)).toMatchObject({ attemptsMade: 1, fencingToken: 3 });
      for (const index of [0, 1]) {
        const { runAt, endedAt } = ends[index] as AttemptEnd;
        const started = starts[index] as number;
        const next = (runAt as Date).getTime();
        // The wait begins somewhere between: it is computed while the attempt ends.
        expect(next).toBeGreaterThanOrEqual(started + time.delayMs - time.precisionMs);
        expect(next).toBeLessThanOrEqual(endedAt + time.delayMs + time.precisionMs);
        expect(starts[index + 1]).toBeGreaterThanOrEqual(started + time.delayMs);
      }
    });

    test('stands though the handler catches what ended it', async (trial) => {
      const stubborn = defineJob({
        name: 'stubborn',
        handler: (_payload: undefined, ctx): string | undefined => {
          try {
            return ctx.snooze(3_600_000);
          } catch {
            return 'ignored';
          }
        },
      });
      const queue = await trial.worker();
      const job = await trial.reaches(queue, await queue.enqueue(stubborn, undefined), 'delayed');
      expect(job).toMatchObject({ attemptsMade: 0 });
    });
  },
};
