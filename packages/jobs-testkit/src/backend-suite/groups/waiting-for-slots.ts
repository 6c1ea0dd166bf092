import type { QueueOrder } from '@philjs/jobs-core';
import type { Backend, LimitStore, NewJob } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';
import type { BackendTrial } from '../backend-trial.ts';
import type { TestWorker } from '../test-worker.ts';

const ORDERS: readonly QueueOrder[] = [
  { policy: 'fifo' },
  { policy: 'fair' },
  { policy: 'ageing', agePerPriority: 60_000 },
  { policy: 'deadline' },
];
const error = { name: 'Error', message: 'as the test says' } as const;

/** Makes a job of a name that may run once at a time, with a concurrency key: the first letter of its id. */
function jobOf(trial: BackendTrial, id: string, fields: Partial<NewJob> = {}): NewJob {
  return trial.job({ id, concurrencyKey: id.charAt(0), ...fields });
}

/** Lets a job `a` run while `b`, `c` and `d` wait for its slot. When it has ended, the queue is paused. */
async function leaveSlot(
  trial: BackendTrial,
  order: QueueOrder,
): Promise<{ readonly store: Backend; readonly worker: TestWorker }> {
  const store = await trial.open();
  await store.orders?.adopt({ order });
  await (store.limits as LimitStore).set({ name: 'job', limits: { concurrency: 1 } });
  await trial.add(store, ...['a', 'b', 'c', 'd'].map((id) => jobOf(trial, id)));
  const worker = await trial.work(store, { run: 'hold', concurrency: 2 });
  const first = await worker.started();
  await trial.time.settle();
  await store.setPaused({ paused: true });
  first.end();
  await trial.time.until('it has ended', async () => (await store.counts()).active === 0);
  return { store, worker };
}

/** Resumes the queue and lists the jobs in the order they start from then on. */
async function startsOf(
  { time }: BackendTrial,
  { store, worker }: { readonly store: Backend; readonly worker: TestWorker },
  count: number,
): Promise<readonly string[]> {
  await store.setPaused({ paused: false });
  for (let run = 1; run <= count; run++) {
    const started = await worker.started(run);
    await time.settle();
    started.end();
  }
  return worker.ids.slice(1);
}

/** While a slot of a name is free and no job may start, what waits for it may change. */
export const waitingForSlots: BackendGroup = {
  title: 'waiting for a slot with several concurrency keys',
  needs: 'orders',
  tests: (test) => {
    for (const order of ORDERS) {
      const { policy } = order;

      test(
        `starts the most urgent job first that came while a slot was free (${policy})`,
        async (trial) => {
          const queue = await leaveSlot(trial, order);
          await trial.add(queue.store, jobOf(trial, 'c-urgent', { priority: 5 }));
          expect(await startsOf(trial, queue, 4)).toEqual(['c-urgent', 'b', 'c', 'd']);
        },
        { needs: 'limits' },
      );

      test(
        `starts the next job first when the first one left while a slot was free (${policy})`,
        async (trial) => {
          const queue = await leaveSlot(trial, order);
          await trial.add(queue.store, jobOf(trial, 'b-last'));
          await queue.store.cancel({ id: 'b', error });
          await queue.store.cancel({ id: 'd', error });
          expect(await startsOf(trial, queue, 2)).toEqual(['c', 'b-last']);
        },
        { needs: 'limits' },
      );

      test(
        `starts the job that is left when the others left while a slot was free (${policy})`,
        async (trial) => {
          const queue = await leaveSlot(trial, order);
          await queue.store.cancel({ id: 'b', error });
          await queue.store.remove({ ids: ['d'] });
          expect(await startsOf(trial, queue, 1)).toEqual(['c']);
        },
        { needs: 'limits' },
      );
    }
  },
};
