import type { JobStatus } from '@philjs/jobs-core';
import { JOB_STATUSES } from '@philjs/jobs-core';
import type { Backend } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';
import type { BackendTrial } from '../backend-trial.ts';

const fail = { type: 'fail', error: { name: 'Error', message: '' }, attemptUsed: true } as const;

/** Makes one job of each state, with the state's name as its id. */
async function oneOfEach(trial: BackendTrial, backend: Backend): Promise<void> {
  const worker = await trial.work(backend, { run: 'hold', concurrency: 3 });
  await trial.add(backend, ...trial.jobs('active', 'completed', 'failed'));
  await worker.started(2);
  for (const run of worker.runs) {
    if (run.id !== 'active') run.end(run.id === 'failed' ? fail : undefined);
  }
  await trial.reaches(backend, 'completed', 'completed');
  await trial.reaches(backend, 'failed', 'failed');
  await backend.setPaused({ paused: true });
  await trial.add(
    backend,
    ...trial.jobs('waiting', 'cancelled'),
    trial.job({ id: 'delayed', delay: 1_000_000 }),
  );
  const error = { name: 'JobsError', code: 'JOBS_CANCELLED', message: '' };
  expect(await backend.cancel({ id: 'cancelled', error })).toBe('cancelled');
}

async function left(trial: BackendTrial, backend: Backend): Promise<string[]> {
  const jobs = await trial.list(backend, JOB_STATUSES);
  const counts = await backend.counts();
  for (const status of JOB_STATUSES) {
    expect(jobs.filter((job) => job.status === status)).toHaveLength(counts[status]);
  }
  return jobs.map((job) => job.id).sort();
}

/** Removing jobs, and clearing the queue. */
export const removing: BackendGroup = {
  title: 'removing',
  tests: (test) => {
    test('removes jobs of every state but active, and counts stay true', async (trial) => {
      const backend = await trial.open();
      await oneOfEach(trial, backend);
      const ids = ['waiting', 'delayed', 'completed', 'failed', 'cancelled', 'active', 'nobody'];
      expect(await backend.remove({ ids })).toBe(5);
      expect(await left(trial, backend)).toEqual(['active']);
      for (const id of ids.slice(0, 5)) expect(await backend.get({ id })).toBeUndefined();
      expect(await backend.remove({ ids })).toBe(0);
      expect(await backend.remove({ ids: [] })).toBe(0);
    });

    test('removes only jobs that are still in a state asked for', async (trial) => {
      const backend = await trial.open();
      await oneOfEach(trial, backend);
      const ids = ['waiting', 'delayed', 'completed', 'failed', 'cancelled', 'active'];
      expect(await backend.remove({ ids, statuses: [] })).toBe(0);
      expect(await backend.remove({ ids, statuses: ['active'] })).toBe(0);
      expect(await backend.remove({ ids: ['waiting'], statuses: ['failed', 'delayed'] })).toBe(0);
      expect(await backend.remove({ ids, statuses: ['failed', 'delayed'] })).toBe(2);
      expect(await left(trial, backend)).toEqual(['active', 'cancelled', 'completed', 'waiting']);
    });

    test('never runs a job that was removed', async (trial) => {
      const { time } = trial;
      const backend = await trial.open();
      const later = trial.job({ id: 'later', delay: time.delayMs });
      await trial.add(backend, ...trial.jobs('a', 'b', 'c'), later);
      expect(await backend.remove({ ids: ['b', 'later'] })).toBe(2);
      const worker = await trial.work(backend);
      await trial.reaches(backend, 'c', 'completed');
      await time.pass(2 * time.delayMs + time.latenessMs);
      expect(worker.ids).toEqual(['a', 'c']);
    });

    test('makes the id of a removed job free again', async (trial) => {
      const backend = await trial.open();
      await trial.add(backend, trial.job({ id: 'a', payload: 1 }));
      await backend.remove({ ids: ['a'] });
      expect(await trial.add(backend, trial.job({ id: 'a', payload: 2 }))).toEqual([
        { id: 'a', outcome: 'added' },
      ]);
      expect((await trial.get(backend, 'a')).payload).toBe(2);
    });

    test('removes 1,000 jobs in one call', async (trial) => {
      const backend = await trial.open();
      const jobs = Array.from({ length: 1_000 }, () => trial.job());
      await trial.add(backend, ...jobs, ...trial.jobs('stays'));
      expect(await backend.remove({ ids: jobs.map((job) => job.id) })).toBe(1_000);
      expect(await left(trial, backend)).toEqual(['stays']);
    });

    test('clears everything that is not active', async (trial) => {
      const backend = await trial.open();
      await oneOfEach(trial, backend);
      expect(await backend.clear()).toBe(5);
      expect(await left(trial, backend)).toEqual(['active']);
    });

    const STATUSES = ['waiting', 'delayed', 'completed', 'failed', 'cancelled'] as const;
    for (const status of STATUSES satisfies readonly JobStatus[]) {
      test(`clears only ${status} jobs on request`, async (trial) => {
        const backend = await trial.open();
        await oneOfEach(trial, backend);
        expect(await backend.clear({ statuses: [status] })).toBe(1);
        const others = ['active', 'cancelled', 'completed', 'delayed', 'failed', 'waiting'];
        expect(await left(trial, backend)).toEqual(others.filter((id) => id !== status));
        expect(await backend.clear({ statuses: [status] })).toBe(0);
      });
    }

    test('clears about as many jobs as asked for, until none is left', async (trial) => {
      const backend = await trial.open();
      const jobs = Array.from({ length: 7 }, (_, index) => trial.job({ id: `cleared-${index}` }));
      await trial.add(backend, ...jobs);
      let removed = 0;
      for (let count = 3; count >= 3; removed += count) count = await backend.clear({ most: 3 });
      expect(removed).toBe(jobs.length);
    });

    test('keeps an active job running while the queue is cleared', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, ...trial.jobs('a', 'b'));
      const run = await worker.started();
      expect(await backend.clear()).toBe(1);
      run.end({ type: 'complete', result: 1 });
      expect((await trial.reaches(backend, 'a', 'completed')).result).toBe(1);
      expect(await left(trial, backend)).toEqual(['a']);
    });
  },
};
