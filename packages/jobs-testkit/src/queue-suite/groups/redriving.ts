import { deadLetters, type IQueue } from '@philjs/jobs-core';
import { expect } from 'vitest';
import type { QueueGroup } from '../queue-group.ts';
import type { QueueTrial } from '../queue-trial.ts';
import { type UnkeptState, unkeptJob } from '../unkept-job.ts';

/** Holds a letter of a job that is not kept, and what its handler did. */
interface Redriving {
  readonly queue: IQueue;
  readonly dead: IQueue;
  readonly state: UnkeptState;
}

/** Makes a letter of a job that is not kept, however it ends. */
async function letterOf(trial: QueueTrial): Promise<Redriving> {
  const state = { isDown: true, runs: 0 };
  const pay = unkeptJob(trial, state);
  const queue = await trial.worker({ jobs: [pay] });
  const dead = await trial.queue({ name: `${trial.queueName}-dead` });
  await queue.enqueue(pay, 5);
  const letters = deadLetters(dead);
  await trial.time.until('there is a letter', async () => (await letters.list()).length === 1);
  state.runs = 0;
  return { queue, dead, state };
}

/** Dead letters that several redrives put back at once. */
export const redriving: QueueGroup = {
  title: 'redriving the same letters at once',
  needs: 'deadLetters',
  tests: (test) => {
    for (const isDown of [false, true]) {
      const end = isDown ? 'failed again' : 'completed';
      test(
        `redrive: runs a job once that has ${end} and is gone before another redrive stores it`,
        async (trial) => {
          const { queue, dead, state } = await letterOf(trial);
          state.isDown = isDown;
          let isRepairing = false;
          let goOn: (() => void) | undefined;
          const gate = new Promise<void>((resolve) => {
            goOn = resolve;
          });
          const late = deadLetters(dead).redrive(
            {},
            {
              to: queue,
              repair: async (payload) => {
                isRepairing = true;
                await gate;
                return payload;
              },
            },
          );
          await trial.time.until('it has read the letter', async () => isRepairing);
          const first = deadLetters(dead).redrive({}, { to: queue });
          await trial.time.finish('the other redrive ends', first);
          expect(state.runs).toBe(1);
          expect((await queue.getStats()).total).toBe(0);
          goOn?.();
          await trial.time.finish('it ends', late);
          await trial.time.settle();
          expect(state.runs).toBe(1);
          expect((await queue.getStats()).total).toBe(0);
          expect(await deadLetters(dead).list()).toHaveLength(isDown ? 1 : 0);
        },
        { needs: 'deduplication' },
      );
    }
  },
};
