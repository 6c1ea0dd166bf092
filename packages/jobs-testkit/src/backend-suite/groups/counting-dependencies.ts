import type { Backend, DependencyCounts } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';
import type { BackendTrial } from '../backend-trial.ts';
import { failIfDoomed } from '../test-worker.ts';
import { addFlow, dependent } from './depending.ts';

const fail = {
  type: 'fail',
  error: { name: 'Error', message: 'no' },
  attemptUsed: true,
} as const;
const cancelled = { name: 'JobsError', message: 'stop', code: 'JOBS_CANCELLED' } as const;
const onDependencyFailure = 'continue';

async function expectCounts(
  trial: BackendTrial,
  backend: Backend,
  id: string,
  counts: DependencyCounts,
): Promise<void> {
  const { dependencies } = await trial.get(backend, id);
  expect(dependencies).toEqual(counts);
}

/** Jobs count those they wait for: which are open, which failed, and which of those they go on without. */
export const countingDependencies: BackendGroup = {
  title: 'counting what a job waits for',
  needs: 'workflows',
  tests: (test) => {
    test('counts: tells failures that a job goes on without, and forgets one that is retried', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold', concurrency: 5 });
      const later = trial.job({ id: 'later', delay: 86_400_000 });
      const waits = dependent(trial, 'd', ['a', 'b', 'later'], { onDependencyFailure });
      await addFlow(backend, ...trial.jobs('a', 'b'), later, waits);
      await worker.started(1);
      for (const run of worker.runs.slice()) run.end(fail);
      const failed = async (): Promise<boolean> => {
        return (await trial.get(backend, 'd')).dependencies?.failed === 2;
      };
      await trial.time.until('both have failed', failed);
      await expectCounts(trial, backend, 'd', { total: 3, open: 1, failed: 2, tolerated: 2 });
      await addFlow(backend, dependent(trial, 'e', ['a', 'later'], { onDependencyFailure }));
      await expectCounts(trial, backend, 'e', { total: 2, open: 1, failed: 1, tolerated: 1 });
      await backend.retry({ ids: ['a'] });
      await expectCounts(trial, backend, 'd', { total: 3, open: 2, failed: 1, tolerated: 1 });
      await expectCounts(trial, backend, 'e', { total: 2, open: 2, failed: 0 });
      const read = { job: { queueName: trial.queueName, id: 'f' }, limit: 1 };
      await addFlow(backend, dependent(trial, 'f', ['d']));
      const page = await backend.workflows?.dependencies(read);
      const dependencies = { total: 3, open: 2, failed: 1, tolerated: 1 };
      expect(page?.dependencies).toMatchObject([{ id: 'd', dependencies }]);
      (await worker.started(2)).end();
      await trial.reaches(backend, 'a', 'completed');
      await backend.remove({ ids: ['later'] });
      const run = await worker.started(3);
      const ended = { total: 3, open: 0, failed: 2, tolerated: 2 };
      expect(run.job).toMatchObject({ id: 'd', dependencies: ended });
    });

    test('counts: looks again at those of a job that is retried after they were', async (trial) => {
      const backend = await trial.open();
      await addFlow(
        backend,
        trial.job({ id: 'a', delay: 86_400_000 }),
        trial.job({ id: 'b', delay: 86_400_000 }),
        dependent(trial, 'c', ['a', 'b'], { onDependencyFailure }),
      );
      for (const id of ['a', 'b', 'c']) await backend.cancel({ id, error: cancelled });
      const worker = await trial.work(backend, { run: 'hold', concurrency: 5 });
      await backend.retry({ ids: ['a'] });
      await worker.started();
      await backend.retry({ ids: ['c'] });
      await expectCounts(trial, backend, 'c', { total: 2, open: 1, failed: 1, tolerated: 1 });
    });

    test('counts: keeps a failed child apart from one that fails its parent', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: failIfDoomed('hold'), concurrency: 5 });
      await trial.add(backend, ...trial.jobs('parent'));
      const run = await worker.started();
      const { lease } = run;
      for (const [id, how] of [
        ['a', 'continue'],
        ['b', 'fail'],
      ] as const) {
        const jobs = trial.jobs(id);
        await backend.workflows?.addChildren({ lease, jobs, onDependencyFailure: how });
      }
      await worker.started(2);
      for (const child of worker.runs.slice(1)) child.end(fail);
      for (const id of ['a', 'b']) await trial.reaches(backend, id, 'failed');
      run.end({ type: 'snooze', reason: 'children', runAt: trial.time.now() });
      await trial.reaches(backend, 'parent', 'failed');
      await expectCounts(trial, backend, 'parent', { total: 2, open: 0, failed: 2, tolerated: 1 });
      await backend.retry({ ids: ['b'] });
      await trial.reaches(backend, 'parent', 'blocked');
      await expectCounts(trial, backend, 'parent', { total: 2, open: 1, failed: 1, tolerated: 1 });
    });
  },
};
