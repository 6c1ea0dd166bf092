import { chain, defineJob, type Job, step } from '@philjs/jobs-core';
import { expect } from 'vitest';
import type { QueueGroup } from '../queue-group.ts';
import type { QueueTrial } from '../queue-trial.ts';

const work = defineJob({ name: 'work', handler: () => undefined });

/** Stores a chain whose first job is late, with a worker that would fail what waits for a job that is gone. */
async function lateChain(trial: QueueTrial) {
  const first = step(work, undefined, { delay: 86_400_000 });
  const steps = chain([first, step(work), step(work), step(work), step(work)]);
  const worker = await trial.worker({ jobs: [work] });
  const queue = await trial.queue({ jobs: [work] });
  const jobs: readonly Job[] = await queue.enqueueMany(steps);
  return { queue, ids: jobs.map(({ id }) => id), seen: await trial.listen(worker) };
}

/** Many jobs end, or are removed, and none fails for another of them. */
export const endingInBulk: QueueGroup = {
  title: 'ending jobs of workflows in bulk',
  needs: 'workflows',
  tests: (test) => {
    test('cancels those given by their ids before the ones they wait for', async (trial) => {
      const { queue, ids } = await lateChain(trial);
      expect(await queue.cancelJobs({ ids })).toBe(5);
      expect(await queue.getStats()).toMatchObject({ cancelled: 5, total: 5 });
    });

    test('removes those given by their ids before the ones they wait for', async (trial) => {
      const { queue, ids, seen } = await lateChain(trial);
      expect(await queue.removeJobs({ ids })).toBe(5);
      const next = await queue.enqueue(work, undefined);
      await trial.reaches(queue, next, 'completed');
      expect(await queue.getStats()).toMatchObject({ completed: 1, total: 1 });
      expect(seen.filter(({ type }) => type === 'failed')).toEqual([]);
    });

    test('cancels what waits for a job before that, though it was put back for its children since', async (trial) => {
      const parent = defineJob({
        name: 'parent',
        handler: async (_payload: undefined, ctx): Promise<number> => {
          const late = { job: work, payload: undefined, options: { delay: 86_400_000 } };
          const next = { job: work, payload: undefined, options: { dependsOn: [late] } };
          return ctx.addChildren([late, next]);
        },
      });
      const jobs = [work, parent];
      const [queue, worker] = [await trial.queue({ jobs }), await trial.queue({ jobs })];
      const [first, last] = await queue.enqueueMany(chain([step(parent), step(work)]));
      await worker.process();
      await trial.reaches(queue, first, 'blocked');
      expect(await queue.cancelJobs()).toBe(4);
      await trial.reaches(queue, last, 'cancelled');
      expect(await queue.getStats()).toMatchObject({ cancelled: 4, total: 4 });
    });
  },
};
