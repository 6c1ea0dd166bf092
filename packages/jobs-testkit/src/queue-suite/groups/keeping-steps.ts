import { deadLetters, defineJob, type IQueue } from '@philjs/jobs-core';
import { expect } from 'vitest';
import type { QueueGroup } from '../queue-group.ts';
import type { QueueTrial } from '../queue-trial.ts';

/** A job with two steps, which fails behind them while `isDown`. */
function orderOf(trial: QueueTrial, isKept = true) {
  const state = { isDown: true, ran: [] as string[] };
  const order = defineJob({
    name: 'order',
    attempts: 1,
    removeOnFail: !isKept,
    ...(trial.capabilities.deadLetters && { deadLetter: `${trial.queueName}-dead` }),
    handler: async ({ by }: { readonly by: string }, ctx) => {
      const charge = await ctx.step('charge', () => ({ by, n: state.ran.push(`charge ${by}`) }));
      await ctx.step('ship', () => void state.ran.push(`ship ${by}`));
      if (state.isDown) throw new Error('down');
      return charge;
    },
  });
  return { state, order };
}

/** Waits for the letter of a job that failed. */
async function lettersOf(trial: QueueTrial, queue: IQueue) {
  const dead = await trial.queue({ name: `${trial.queueName}-dead` });
  const letters = deadLetters(dead);
  await trial.time.until('there is a letter', async () => (await letters.list()).length === 1);
  const [letter] = await letters.list();
  const redrive = async (options: Parameters<typeof letters.redrive>[1]) => {
    const redriven = letters.redrive({}, { canary: 1, to: queue, ...options });
    return trial.time.finish('the redrive ends', redriven);
  };
  return { dead, id: letter?.id ?? '', redrive };
}

const BOTH = ['charge a', 'ship a'];
const CHARGED = { by: 'a', n: 1 };
const AGAIN = { by: 'a', n: 3 };

/** A job that is put back keeps what its steps stored, a job that is run once more does not; each unless told otherwise. */
export const keepingSteps: QueueGroup = {
  title: 'keeping what steps stored',
  needs: 'steps',
  tests: (test) => {
    for (const [call, steps] of [
      ['retryJob', undefined],
      ['retryJob', 'forget'],
      ['retryJobs', 'keep'],
      ['retryJobs', 'forget'],
    ] as const) {
      test(`${call}: ${steps ?? 'keeps them, unless told'}`, async (trial) => {
        const { state, order } = orderOf(trial);
        const queue = await trial.worker({ jobs: [order] });
        const job = await queue.enqueue(order, { by: 'a' });
        await trial.reaches(queue, job, 'failed');
        state.isDown = false;
        if (call === 'retryJob') await queue.retryJob(job.id, { ...(steps && { steps }) });
        else expect(await queue.retryJobs({ steps })).toBe(1);
        const forgets = steps === 'forget';
        expect(await trial.result(queue, job)).toEqual(forgets ? AGAIN : CHARGED);
        expect(state.ran).toEqual(forgets ? [...BOTH, ...BOTH] : BOTH);
      });
    }

    test('retryJob: forgets none of a job that it does not put back', async (trial) => {
      const { state, order } = orderOf(trial);
      state.isDown = false;
      const queue = await trial.worker({ jobs: [order] });
      const job = await queue.enqueue(order, { by: 'a' });
      await trial.result(queue, job);
      const asked = { steps: 'forget', strict: false } as const;
      expect(await queue.retryJob(job.id, asked)).toBe(false);
      expect(await queue.getSteps(job)).toHaveLength(2);
    });

    for (const steps of [undefined, 'keep'] as const) {
      test(`rerunJob: ${steps ?? 'begins with none, unless told'}`, async (trial) => {
        const { state, order } = orderOf(trial);
        state.isDown = false;
        const queue = await trial.worker({ jobs: [order] });
        const job = await queue.enqueue(order, { by: 'a' });
        expect(await trial.result(queue, job)).toEqual(CHARGED);
        const copy = await queue.rerunJob(job.id, { ...(steps && { steps }) });
        const keeps = steps === 'keep';
        expect(await trial.result(queue, copy)).toEqual(keeps ? CHARGED : AGAIN);
        expect(state.ran).toEqual(keeps ? BOTH : [...BOTH, ...BOTH]);
        expect(await queue.getSteps(copy)).toHaveLength(2);
      });
    }

    for (const [kept, steps] of [
      ['kept', undefined],
      ['not kept', undefined],
      ['not kept', 'forget'],
    ] as const) {
      test(
        `redrive of a job that is ${kept}: ${steps ?? 'keeps them, unless told'}`,
        async (trial) => {
          const { state, order } = orderOf(trial, kept === 'kept');
          const queue = await trial.worker({ jobs: [order] });
          await queue.enqueue(order, { by: 'a' });
          const { dead, id, redrive } = await lettersOf(trial, queue);
          expect(await dead.getSteps(id)).toHaveLength(2);
          state.isDown = false;
          expect(await redrive({ steps })).toMatchObject({ completed: 1, left: 0 });
          const forgets = steps === 'forget';
          expect(state.ran).toEqual(forgets ? [...BOTH, ...BOTH] : BOTH);
          const again = await trial.reaches(queue, `re_${id}`, 'completed');
          expect(again.result).toEqual(forgets ? AGAIN : CHARGED);
          expect(await dead.getSteps(id)).toEqual([]);
        },
        { needs: 'deadLetters' },
      );
    }

    test(
      'redrive: keeps them over a second letter, also of a job that failed before its steps',
      async (trial) => {
        const { state, order } = orderOf(trial, false);
        const failing = order.with({ timeout: 60_000 });
        const queue = await trial.worker({ jobs: [order] });
        await queue.enqueue(failing, { by: 'a' });
        const first = await lettersOf(trial, queue);
        expect(await first.redrive({ stopAbove: 1 })).toMatchObject({ failed: 1, left: 0 });
        expect(state.ran).toEqual(BOTH);
        const second = await lettersOf(trial, queue);
        state.isDown = false;
        expect(await second.redrive({})).toMatchObject({ completed: 1, left: 0 });
        expect(state.ran).toEqual(BOTH);
      },
      { needs: 'deadLetters' },
    );

    test(
      'lets a job that another one took over after a retry by hand run its steps',
      async (trial) => {
        const { state, order } = orderOf(trial);
        const queue = await trial.worker({ jobs: [order] });
        const deduplicate = { key: 'one', mode: 'replace' } as const;
        const job = await queue.enqueue(order, { by: 'a' }, { deduplicate });
        await trial.reaches(queue, job, 'failed');
        await queue.pause();
        await queue.retryJob(job.id);
        await queue.enqueue(order, { by: 'b' }, { deduplicate });
        expect(await queue.getSteps(job)).toEqual([]);
        state.isDown = false;
        await queue.resume();
        expect(await trial.result(queue, job)).toEqual({ by: 'b', n: 3 });
      },
      { needs: 'deduplication' },
    );
  },
};
