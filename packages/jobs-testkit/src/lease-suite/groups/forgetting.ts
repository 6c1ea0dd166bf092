import type { ExchangeAnswer } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import { TestWorker } from '../../backend-suite/test-worker.ts';
import type { LeaseGroup } from '../lease-group.ts';
import type { LeaseTrial } from '../lease-trial.ts';

/** A worker's own leases are over at their end, where it does not know that it holds them; those that it knows stay. */
export const forgetting: LeaseGroup = {
  title: 'leases that their worker does not know',
  tests: (test) => {
    test('hands out again, after its lease, a job of an answer that could not be read', async (trial) => {
      const { time } = trial;
      const { worker } = await losing(trial, 'a');
      const run = await worker.started();
      expect(run.job).toMatchObject({ id: 'a', fencingToken: 2, stalledCount: 1 });
      expect(worker.stalled).toMatchObject([
        { lease: { id: 'a', fencingToken: 1 }, failed: false },
      ]);
      run.end();
      await time.until('its slot is free', () => worker.active.length === 0);
    });

    test('leaves a worker what it holds, while it loses what it does not know', async (trial) => {
      const { backend, worker } = await losing(trial, 'b', 'known');
      const known = await worker.started();
      const run = await worker.started(1);
      expect(run.job).toMatchObject({ id: 'b', fencingToken: 2 });
      expect(await trial.get(backend, 'known')).toMatchObject({
        status: 'active',
        fencingToken: 1,
        stalledCount: 0,
      });
      expect(known.aborts).toEqual([]);
      known.end();
      run.end();
      for (const id of ['known', 'b']) await trial.reaches(backend, id, 'completed');
      expect(worker.errors).toMatchObject([{ message: 'not readable' }]);
    });

    test('hands out again what its worker takes for recorded, once that works on after the lease', async (trial) => {
      const { time } = trial;
      const backend = await trial.open();
      const worker: TestWorker = new TestWorker(time, {
        lockMs: time.lockMs,
        id: `worker-of-${trial.queueName}`,
        run: (run) => (worker.runs.length === 1 ? run.endWith({ type: 'recorded' }) : run.end()),
      });
      await worker.start(trial.loopOver(backend, () => ({})));
      // As a handler does that completed its job within a transaction of its own, of which the store has nothing.
      await trial.add(backend, ...trial.jobs('a'));
      await worker.started();
      await time.pass(3 * time.lockMs + time.precisionMs);
      expect((await trial.get(backend, 'a')).status).toBe('active');
      await trial.add(backend, ...trial.jobs('b'));
      await trial.reaches(backend, 'a', 'completed');
      expect(worker.runs.map(({ lease }) => lease)).toEqual([
        { id: 'a', fencingToken: 1 },
        { id: 'b', fencingToken: 1 },
        { id: 'a', fencingToken: 2 },
      ]);
    });

    test('answers each number of a worker that goes on under another name and back', async (trial) => {
      const holder = await trial.holder();
      const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
      await trial.add(holder.backend, ...trial.jobs(...ids));
      const names = [0, 0, 1, 1, 0, 0].map((n) => (n === 0 ? holder.id : `${holder.id}~${n}`));
      const answers: ExchangeAnswer[] = [];
      for (const name of names) {
        const call = holder.call({ holder: name, limit: 1 });
        answers.push(await holder.make(call), await holder.make(call));
      }
      const handed = answers.map(({ jobs }) => jobs.map(({ id }) => id).join());
      expect(handed).toEqual(ids.flatMap((id) => [id, id]));
    });
  },
};

/**
 * Starts a worker with a job to hold, if there is one, and lets it lose the answer that hands out the other job: the store has
 * handed it out, and the worker does not know.
 */
async function losing(trial: LeaseTrial, id: string, known?: string) {
  const backend = await trial.open();
  let isLost = false;
  const loop = trial.loopOver(backend, (store) => ({
    exchange: async (params) => {
      const answer = await store.exchange(params);
      if (isLost || !answer.jobs.some((job) => job.id === id)) return answer;
      isLost = true;
      throw new Error('not readable');
    },
  }));
  const worker = new TestWorker(trial.time, {
    ...{ run: 'hold', concurrency: 2, lockMs: trial.time.lockMs },
    id: `worker-of-${trial.queueName}`,
  });
  if (known === undefined) await trial.add(backend, ...trial.jobs(id));
  else await trial.add(backend, ...trial.jobs(known));
  await worker.start(loop);
  if (known !== undefined) {
    await worker.started();
    await trial.add(backend, ...trial.jobs(id));
  }
  await trial.time.until('the answer is lost', () => isLost);
  return { backend, worker };
}
