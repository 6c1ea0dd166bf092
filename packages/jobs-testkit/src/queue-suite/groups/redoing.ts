import {
  type Codec,
  chain,
  deadLetters,
  defineJob,
  type JobContext,
  type JsonValue,
  step,
} from '@philjs/jobs-core';
import { expect } from 'vitest';
import { expectCode } from '../../suite/expect-code.ts';
import type { QueueGroup } from '../queue-group.ts';
import type { QueueTrial } from '../queue-trial.ts';
import { unkeptJob } from '../unkept-job.ts';

const read = defineJob({
  name: 'read',
  removeOnComplete: true,
  handler: ({ id }: { readonly id: number }) => ({ id, total: id * 10 }),
});
const count = defineJob({
  name: 'count',
  handler: async (_payload: undefined, ctx: JobContext) => {
    return (await ctx.dependencies()).resultsOf(read).map(({ total }) => total);
  },
});

type DeadLetters = ReturnType<typeof deadLetters>;
type DeadLetter = Awaited<ReturnType<DeadLetters['list']>>[number];

/** Makes a job that fails while `state.isDown`, and leaves its dead letters in another queue. */
function billOf(trial: QueueTrial, state: { isDown: boolean }) {
  return defineJob({
    name: 'bill',
    attempts: 1,
    deadLetter: `${trial.queueName}-dead`,
    handler: async (payload: { readonly total: number; readonly currency: string }, ctx) => {
      if (state.isDown) throw new Error('down');
      const before = [...(await ctx.dependencies())].map(({ name }) => name);
      return [payload, before];
    },
  });
}

/** Waits until there is a letter, and returns it with the letters' queue. */
async function letterOf(trial: QueueTrial): Promise<{ letter: DeadLetter; letters: DeadLetters }> {
  const letters = deadLetters(await trial.queue({ name: `${trial.queueName}-dead` }));
  await trial.time.until('there is a letter', async () => (await letters.list()).length === 1);
  const [letter] = await letters.list();
  return { letter: letter as DeadLetter, letters };
}

/** Jobs that depend on others, and are put back or run once more when those have ended. */
export const redoing: QueueGroup = {
  title: 'doing again what depends on others',
  needs: 'workflows',
  tests: (test) => {
    test(
      'redrive: gives a step of a chain its whole payload, also without the step before',
      async (trial) => {
        const state = { isDown: true };
        const bill = billOf(trial, state);
        const queue = await trial.worker({ jobs: [read, bill] });
        const steps = chain([step(read, { id: 7 }), step(bill, { currency: 'EUR' })]);
        const [, failing] = await queue.enqueueMany(steps);
        await trial.reaches(queue, failing?.id ?? '', 'failed');
        const { letter, letters } = await letterOf(trial);
        expect(letter.payload).toEqual({ id: 7, total: 70, currency: 'EUR' });
        state.isDown = false;
        const redriven = letters.redrive({}, { canary: 1, to: queue });
        const { completed, left } = await trial.time.finish('the redrive ends', redriven);
        expect({ completed, left }).toEqual({ completed: 1, left: 0 });
        const again = await trial.reaches(queue, `re_${letter.id}`, 'completed');
        const [payload] = again.result as [unknown];
        expect(payload).toEqual({ id: 7, total: 70, currency: 'EUR' });
      },
      { needs: 'deadLetters' },
    );

    test(
      'redrive: lets a job read what it waited for, as far as that is stored',
      async (trial) => {
        const state = { isDown: true };
        const bill = billOf(trial, state);
        const queue = await trial.queue({ jobs: [read, count, bill] });
        const kept = await queue.enqueue(count, undefined, { dependsOn: [] });
        const gone = await queue.enqueue(read, { id: 1 });
        const options = { dependsOn: [kept, gone] };
        const failing = await queue.enqueue(bill, { total: 1, currency: 'USD' }, options);
        await queue.process();
        await trial.reaches(queue, failing, 'failed');
        await queue.removeJob(gone.id);
        const { letter, letters } = await letterOf(trial);
        state.isDown = false;
        const redriven = letters.redrive({}, { canary: 1, to: queue });
        await trial.time.finish('the redrive ends', redriven);
        const again = await trial.reaches(queue, `re_${letter.id}`, 'completed');
        expect(again.result).toEqual([{ total: 1, currency: 'USD' }, ['count']]);
      },
      { needs: 'deadLetters' },
    );

    for (const how of ['redrive', 'rerunJob', 'retryJob'] as const) {
      test(
        `${how}: gives a parent the results of its children that completed, and runs none of them again`,
        async (trial) => {
          const state = { isDown: how !== 'rerunJob', paid: 0 };
          const pay = defineJob({ name: 'pay', handler: (n: number) => n + 0 * ++state.paid });
          const order = defineJob({
            name: 'order',
            attempts: 1,
            ...(how === 'redrive' && { deadLetter: `${trial.queueName}-dead` }),
            handler: async (_: undefined, ctx): Promise<unknown> => {
              const results = await ctx.childResults();
              if (results.size === 0) {
                return ctx.addChildren([1, 2].map((payload) => ({ job: pay, payload })));
              }
              if (state.isDown) throw new Error('down');
              const pages: number[] = [];
              for await (const page of ctx.dependencyPages(1)) pages.push(page.size);
              const given = [...(await ctx.dependencies())].filter(({ isChild }) => !isChild);
              return [given.map(({ name }) => name), [...results.values()], pages];
            },
          });
          const queue = await trial.queue({ jobs: [pay, order, count] });
          const before = await queue.enqueue(count);
          const first = await queue.enqueue(order, undefined, { dependsOn: [before] });
          await queue.process();
          await trial.reaches(queue, first, state.isDown ? 'failed' : 'completed');
          state.isDown = false;
          const again = async () => {
            if (how === 'rerunJob') return (await queue.rerunJob(first.id)).id;
            if (how === 'retryJob') {
              await queue.retryJob(first.id);
              return first.id;
            }
            const { letter, letters } = await letterOf(trial);
            const redriven = letters.redrive({}, { canary: 1, to: queue });
            await trial.time.finish('the redrive ends', redriven);
            return `re_${letter.id}`;
          };
          const { result } = await trial.reaches(queue, await again(), 'completed');
          expect(result).toEqual([['count'], [1, 2], [1, 1, 1]]);
          expect(state.paid).toBe(2);
        },
        how === 'redrive' ? { needs: 'deadLetters' } : {},
      );
    }

    for (const how of ['redrive', 'retryJob'] as const) {
      test(
        `${how}: runs ${how === 'redrive' ? 'all children again' : 'no other child'} where one ${how === 'redrive' ? 'was removed' : 'failed'}`,
        async (trial) => {
          const runs: number[] = [];
          const state = { isDown: true };
          const pay = defineJob({
            name: 'pay',
            attempts: 1,
            handler: (n: number) => {
              runs.push(n);
              if (how === 'retryJob' && n === 2 && state.isDown) throw new Error('down');
              return n;
            },
          });
          const order = defineJob({
            name: 'order',
            attempts: 1,
            ...(how === 'redrive' && { deadLetter: `${trial.queueName}-dead` }),
            handler: async (_: undefined, ctx): Promise<unknown> => {
              const results = await ctx.childResults();
              if (results.size > 0 && state.isDown) throw new Error('down');
              if (results.size > 0) return [...results.values()];
              return ctx.addChildren([1, 2].map((payload) => ({ job: pay, payload })));
            },
          });
          const queue = await trial.queue({ jobs: [pay, order], concurrency: 1 });
          const first = await queue.enqueue(order);
          await queue.process();
          await trial.reaches(queue, first, 'failed');
          state.isDown = false;
          if (how === 'retryJob') {
            const { jobs } = await queue.getJobs({ name: 'pay', status: 'failed' });
            await queue.retryJob(jobs[0]?.id ?? '');
            expect((await trial.reaches(queue, first, 'completed')).result).toEqual([1, 2]);
            expect(runs).toEqual([1, 2, 2]);
            return;
          }
          const { jobs } = await queue.getJobs({ name: 'pay', limit: 1 });
          await queue.removeJob(jobs[0]?.id ?? '');
          const { letter, letters } = await letterOf(trial);
          const redriven = letters.redrive({}, { canary: 1, to: queue });
          await trial.time.finish('the redrive ends', redriven);
          const again = await trial.reaches(queue, `re_${letter.id}`, 'completed');
          expect(again.result).toEqual([1, 2]);
          expect(runs).toEqual([1, 2, 1, 2]);
        },
        how === 'redrive' ? { needs: 'deadLetters' } : {},
      );
    }

    test(
      'redrive: stops for failures of jobs that are not kept, and only for those',
      async (trial) => {
        const state = { isDown: true, runs: 0 };
        const pay = unkeptJob(trial, state);
        const queue = await trial.worker({ jobs: [pay], concurrency: 10 });
        const dead = await trial.queue({ name: `${trial.queueName}-dead` });
        const items = Array.from({ length: 6 }, (_, cents) => ({ job: pay, payload: cents }));
        await queue.enqueueMany(items);
        const letters = async (): Promise<number> => (await deadLetters(dead).list()).length;
        await trial.time.until('there are letters', async () => (await letters()) === 6);
        const options = { canary: 2, to: queue };
        const early = await trial.time.finish('it stops', deadLetters(dead).redrive({}, options));
        // The first that fails may be more than a fifth already.
        expect(early).toMatchObject({ redriven: 2, completed: 0, left: 4, stopped: 'failures' });
        expect(early.failed).toBeGreaterThan(0);
        await trial.time.until('all are letters again', async () => (await letters()) === 6);
        state.isDown = false;
        const late = await trial.time.finish('it ends', deadLetters(dead).redrive({}, options));
        expect(late).toMatchObject({ redriven: 6, failed: 0, left: 0 });
        expect(await letters()).toBe(0);
      },
      { needs: 'deadLetters' },
    );

    test(
      'redrive: reads letters in a queue that has a codec, as those of one without',
      async (trial) => {
        const codec: Codec = {
          encode: (value) => ({ wrapped: value as JsonValue }),
          decode: (value) => (value as { readonly wrapped: unknown }).wrapped,
        };
        const state = { isDown: true };
        const bill = billOf(trial, state);
        const queue = await trial.worker({ jobs: [bill], codec });
        const dead = await trial.queue({ name: `${trial.queueName}-dead`, codec });
        const job = await queue.enqueue(bill, { total: 1, currency: 'USD' });
        await trial.reaches(queue, job, 'failed');
        const letters = deadLetters(dead);
        await trial.time.until('there is one', async () => (await letters.list()).length === 1);
        expect(await letters.groups()).toMatchObject([{ name: 'bill', count: 1 }]);
        expect(await letters.list()).toMatchObject([{ jobId: job.id, payload: { wrapped: {} } }]);
        state.isDown = false;
        const redriven = letters.redrive({}, { to: queue });
        const { completed } = await trial.time.finish('the redrive ends', redriven);
        expect(completed).toBe(1);
      },
      { needs: 'deadLetters' },
    );

    test(
      'redrive: finds a letter that was put among the waiting jobs, also where a worker takes it',
      async (trial) => {
        const state = { isDown: true };
        const bill = billOf(trial, state);
        const queue = await trial.worker({ jobs: [bill] });
        const dead = await trial.queue({ name: `${trial.queueName}-dead` });
        const job = await queue.enqueue(bill, { total: 1, currency: 'USD' });
        await trial.reaches(queue, job, 'failed');
        const { letter, letters } = await letterOf(trial);
        expect(await dead.promoteJobs()).toBe(1);
        expect(await letters.groups()).toMatchObject([{ count: 1 }]);
        await dead.process();
        await trial.time.settle();
        expect(await letters.list()).toMatchObject([{ id: letter.id }]);
        state.isDown = false;
        const redriven = letters.redrive({}, { to: queue });
        const { completed, left } = await trial.time.finish('the redrive ends', redriven);
        expect({ completed, left }).toEqual({ completed: 1, left: 0 });
        expect(await dead.getStats()).toMatchObject({ total: 0 });
      },
      { needs: 'deadLetters' },
    );

    test(
      'redrive: lets a step go at once, whatever its definition says of delays and keys',
      async (trial) => {
        const state = { isDown: true };
        const later = defineJob({
          name: 'later',
          attempts: 1,
          delay: trial.time.delayMs,
          deduplicate: () => ({ key: 'one', mode: 'replace' as const }),
          deadLetter: `${trial.queueName}-dead`,
          handler: ({ total }: { readonly total: number }) => {
            if (state.isDown) throw new Error('down');
            return total;
          },
        });
        const queue = await trial.worker({ jobs: [count, read, later] });
        const [, failing] = await queue.enqueueMany(chain([step(read, { id: 7 }), step(later)]));
        await trial.reaches(queue, failing?.id ?? '', 'failed', 20 * trial.time.delayMs);
        const { letter, letters } = await letterOf(trial);
        await queue.stop();
        state.isDown = false;
        const options = { canary: 1, to: queue, timeout: 1 };
        const redriven = letters.redrive({}, options);
        const { stopped } = await trial.time.finish('the redrive ends', redriven);
        expect(stopped).toBe('timeout');
        const again = await queue.getJob(`re_${letter.id}`);
        expect(again?.runAt).toEqual(again?.createdAt);
        await queue.process();
        expect((await trial.reaches(queue, `re_${letter.id}`, 'completed')).result).toBe(70);
      },
      { needs: 'deadLetters' },
    );

    for (const how of ['redrive', 'retryJob'] as const) {
      test(
        `${how}: counts the failures that a job goes on without, of a dependency and of the job itself`,
        async (trial) => {
          const state = { isDown: true };
          const fails = billOf(trial, state);
          const queue = await trial.queue({ jobs: [count, fails] });
          const later = await queue.enqueue(count, undefined, { delay: 86_400_000 });
          const failing = await queue.enqueue(fails, { total: 1, currency: 'USD' });
          const onDependencyFailure = 'continue';
          const waits = { dependsOn: [failing, later], onDependencyFailure } as const;
          const waiting = await queue.enqueue(count, undefined, waits);
          await queue.process();
          await trial.reaches(queue, failing, 'failed');
          const counts = async ({ id }: { readonly id: string }) => {
            return (await queue.getJob(id))?.dependencies;
          };
          const before = { total: 2, open: 1, failed: 1, tolerated: 1 };
          await trial.time.until(
            'it is counted',
            async () => (await counts(waiting))?.failed === 1,
          );
          expect(await counts(waiting)).toEqual(before);

          // The dependency: only a retry by hand is another try of the same job.
          const again = async (): Promise<string> => {
            if (how === 'retryJob') {
              await queue.retryJob(failing.id);
              return failing.id;
            }
            const { letter, letters } = await letterOf(trial);
            const redriven = letters.redrive({}, { canary: 1, to: queue });
            await trial.time.finish('the redrive ends', redriven);
            return `re_${letter.id}`;
          };
          await trial.reaches(queue, await again(), 'failed');
          await trial.time.until(
            'it is counted',
            async () => (await counts(waiting))?.failed === 1,
          );
          expect(await counts(waiting)).toEqual(before);
          state.isDown = false;
          await trial.reaches(queue, await again(), 'completed');
          const after = how === 'retryJob' ? { total: 2, open: 1, failed: 0 } : before;
          await trial.time.until('it is counted', async () => {
            return (await counts(waiting))?.failed === after.failed;
          });
          expect(await counts(waiting)).toEqual(after);

          // The job itself, and a copy of it.
          await queue.promoteJob(later.id);
          await trial.reaches(queue, waiting, 'completed');
          const ended = { ...after, open: 0 };
          expect(await counts(waiting)).toEqual(ended);
          const copy = await queue.rerunJob(waiting.id);
          expect(await counts(copy)).toEqual(ended);
          await trial.reaches(queue, copy, 'completed');
          expect(await counts(copy)).toEqual(ended);
        },
        { needs: 'deadLetters' },
      );
    }

    test('rerun: lets a job read what it waited for again', async (trial) => {
      const sum = defineJob({
        name: 'sum',
        handler: ({ id }: { readonly id: number }) => ({ id, total: id * 10 }),
      });
      const whole = defineJob({ name: 'whole', handler: (payload: object) => payload });
      const all = defineJob({
        name: 'all',
        handler: async (_payload: undefined, ctx: JobContext) => {
          return (await ctx.dependencies()).resultsOf(sum).map(({ total }) => total);
        },
      });
      const queue = await trial.worker({ jobs: [sum, whole, all] });
      const members = [await queue.enqueue(sum, { id: 1 }), await queue.enqueue(sum, { id: 2 })];
      const last = await queue.enqueue(all, undefined, { dependsOn: members });
      expect(await trial.result(queue, last)).toEqual([10, 20]);
      const again = await queue.rerunJob(last.id);
      expect(await trial.result(queue, again)).toEqual([10, 20]);
      const [before, after] = await queue.enqueueMany(
        chain([step(sum, { id: 3 }), step(whole, { currency: 'EUR' })]),
      );
      await trial.reaches(queue, after?.id ?? '', 'completed');
      const rerun = await queue.rerunJob(after?.id ?? '');
      expect(await trial.result(queue, rerun)).toEqual({ id: 3, total: 30, currency: 'EUR' });
      await queue.removeJob(before?.id ?? '');
      await expectCode(queue.rerunJob(after?.id ?? ''), 'JOBS_NOT_FOUND');
    });
  },
};
