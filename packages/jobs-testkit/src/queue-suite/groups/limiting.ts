import { defineJob } from '@philjs/jobs-core';
import { expect } from 'vitest';
import { expectCode } from '../../suite/expect-code.ts';
import type { QueueGroup } from '../queue-group.ts';

/** Limits of a job type hold over all processes. */
export const limiting: QueueGroup = {
  title: 'limiting',
  tests: (test) => {
    test(
      'starts no more jobs of a type in a window than allowed, and puts each off once',
      async (trial) => {
        const { time } = trial;
        const starts: number[] = [];
        const per = 8 * time.delayMs;
        const limited = defineJob({
          name: 'limited',
          rateLimit: { max: 2, per },
          handler: () => void starts.push(time.now()),
        });
        const queues = [
          await trial.worker({ jobs: [limited] }),
          await trial.worker({ jobs: [limited] }),
        ];
        const [first] = queues as [(typeof queues)[0]];
        const enqueuedAt = time.now();
        const jobs = await first.enqueueMany(
          Array.from({ length: 6 }, () => ({ job: limited, payload: undefined })),
        );
        await time.until('all have run', () => starts.length === 6, 6 * per);
        for (let index = 2; index < 6; index++) {
          const window = (starts[index] as number) - (starts[index - 2] as number);
          expect(window).toBeGreaterThanOrEqual(per - time.latenessMs - time.precisionMs);
        }
        // A start that is later than a twentieth of the window is put off once more: a busy machine may be as late as that.
        const wasLate = starts.some(
          (at, index) => at > enqueuedAt + (Math.floor(index / 2) + 1 / 20) * per,
        );
        for (const { id } of jobs) {
          const job = await trial.reaches(first, id, 'completed');
          if (!wasLate) expect(job.fencingToken).toBeLessThanOrEqual(2);
          expect(job.attemptsMade).toBe(1);
        }
      },
      { needs: 'rateLimits' },
    );

    test(
      'counts the limit of each key apart',
      async (trial) => {
        const ran: string[] = [];
        const limited = defineJob({
          name: 'limited',
          rateLimit: { max: 1, per: 86_400_000, key: (tenant: string) => tenant },
          handler: (tenant: string) => void ran.push(tenant),
        });
        const queue = await trial.worker({ jobs: [limited] });
        for (const tenant of ['a', 'a', 'b', 'a', 'b', 'c']) await queue.enqueue(limited, tenant);
        const areSettled = async (): Promise<boolean> => {
          const { waiting, delayed } = await queue.getStats();
          return ran.length >= 3 && waiting + delayed === 3;
        };
        await trial.time.until('the others are put off', areSettled);
        await trial.time.settle();
        expect(ran).toEqual(['a', 'b', 'c']);
      },
      { needs: 'rateLimits' },
    );

    test(
      'lets a handler take a start under a limit of its own',
      async (trial) => {
        const limit = { key: 'api', max: 1, per: 86_400_000 };
        let calls = 0;
        const job = defineJob({
          name: 'job',
          handler: async (_payload: undefined, ctx) => {
            await ctx.takeRateLimit(limit);
            calls += 1;
          },
        });
        const queue = await trial.worker({ jobs: [job] });
        const jobs = [await queue.enqueue(job, undefined), await queue.enqueue(job, undefined)];
        const delayed = await trial.reaches(queue, jobs[1] as (typeof jobs)[0], 'delayed');
        expect([delayed.attemptsMade, calls]).toEqual([0, 1]);
      },
      { needs: 'rateLimits' },
    );

    test(
      'debounces: the last payload runs, once nothing came for a while',
      async (trial) => {
        const { time } = trial;
        const ran: [number, number][] = [];
        const save = defineJob({
          name: 'save',
          // So long that it is not over when the next one comes, though the process stood still meanwhile.
          delay: 4 * time.delayMs,
          deduplicate: () => ({ key: 'doc', mode: 'extend' as const }),
          handler: (n: number) => void ran.push([n, time.now()]),
        });
        const queue = await trial.worker({ jobs: [save] });
        let last = 0;
        for (const n of [1, 2, 3]) {
          // The delay counts from within the call, which may take long.
          last = time.now();
          await queue.enqueue(save, n);
          await time.pass(time.delayMs / 2);
        }
        await time.until('it runs', () => ran.length === 1);
        expect(ran[0]?.[0]).toBe(3);
        expect(ran[0]?.[1]).toBeGreaterThanOrEqual(last + 4 * time.delayMs - time.precisionMs);
        expect((await queue.getStats()).total).toBe(1);
      },
      { needs: 'deduplication' },
    );

    test('fails a job unstarted that waited too long', async (trial) => {
      const { time } = trial;
      const ran: string[] = [];
      const urgent = defineJob({
        name: 'urgent',
        expiresIn: time.delayMs,
        handler: () => void ran.push('urgent'),
      });
      const patient = defineJob({
        name: 'patient',
        expiresIn: 3_600_000,
        handler: () => void ran.push('patient'),
      });
      const queue = await trial.queue({ jobs: [urgent, patient] });
      const old = await queue.enqueue(urgent, undefined);
      await time.pass(time.delayMs + time.latenessMs);
      const fresh = await queue.enqueue(patient, undefined);
      await queue.process();
      await trial.reaches(queue, fresh, 'completed');
      await expectCode(trial.result(queue, old), 'JOBS_EXPIRED');
      expect(await queue.getJob(old.id)).toMatchObject({ status: 'failed', attemptsMade: 0 });
      expect(ran).toEqual(['patient']);
    });
  },
};
