import type { Backend, NewJob } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import { expectCode } from '../../suite/expect-code.ts';
import type { BackendGroup } from '../backend-group.ts';
import type { BackendTrial } from '../backend-trial.ts';
import { failIfDoomed, type Run, type TestWorker } from '../test-worker.ts';
import { addFlow, dependent } from './depending.ts';

const FAILED = {
  type: 'fail',
  error: { name: 'Error', message: 'no' },
  attemptUsed: true,
} as const;

/** Runs a job whose child `a` has failed, while its own run goes on. */
async function failedChild(
  trial: BackendTrial,
): Promise<{ backend: Backend; worker: TestWorker; run: Run }> {
  const backend = await trial.open();
  const worker = await trial.work(backend, { run: failIfDoomed('hold'), concurrency: 3 });
  await trial.add(backend, ...trial.jobs('parent'));
  const run = await worker.started();
  const add = { jobs: trial.jobs('a'), onDependencyFailure: 'fail' } as const;
  await backend.workflows?.addChildren({ lease: run.lease, ...add });
  (await worker.started(1)).end(FAILED);
  await trial.reaches(backend, 'a', 'failed');
  return { backend, worker, run };
}

/** Active jobs add jobs, and wait for them. */
export const addingChildren: BackendGroup = {
  title: 'adding children',
  needs: 'workflows',
  tests: (test) => {
    test('blocks the job of a lease once it is put back, until they have ended', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold', concurrency: 2 });
      await trial.add(backend, ...trial.jobs('parent'));
      const run = await worker.started();
      const add = { jobs: trial.jobs('a', 'b'), onDependencyFailure: 'fail' } as const;
      const added = await backend.workflows?.addChildren({ lease: run.lease, ...add });
      expect(added?.map(({ outcome }) => outcome)).toEqual(['added', 'added']);
      expect(await trial.get(backend, 'parent')).toMatchObject({ status: 'active' });
      run.end({ type: 'snooze', reason: 'children', runAt: trial.time.now() });
      await worker.started(2);
      expect(await trial.get(backend, 'parent')).toMatchObject({
        status: 'blocked',
        attemptsMade: 0,
        dependencies: { total: 2, open: 2 },
      });
      for (const child of worker.runs.slice(1)) child.end({ type: 'complete', result: child.id });
      expect((await worker.started(3)).job).toMatchObject({ id: 'parent', attemptsMade: 0 });
      const job = { queueName: trial.queueName, id: 'parent' };
      const page = await backend.workflows?.dependencies({ job, limit: 10 });
      expect(page?.dependencies).toMatchObject([
        { id: 'a', result: 'a', isChild: true },
        { id: 'b', result: 'b', isChild: true },
      ]);
    });

    test('runs a job again once they have ended, though the clock that put it back was ahead', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold', concurrency: 2 });
      await trial.add(backend, ...trial.jobs('parent'));
      const run = await worker.started();
      const add = { jobs: trial.jobs('a'), onDependencyFailure: 'fail' } as const;
      await backend.workflows?.addChildren({ lease: run.lease, ...add });
      const runAt = trial.time.now() + 3_600_000;
      run.end({ type: 'snooze', reason: 'children', runAt, delayMs: 0 });
      await trial.reaches(backend, 'parent', 'blocked');
      (await worker.started(1)).end();
      expect((await worker.started(2)).id).toBe('parent');
    });

    test('stores nothing for a lease that is lost', async (trial) => {
      const backend = await trial.open();
      await trial.add(backend, ...trial.jobs('parent'));
      const lease = { id: 'parent', fencingToken: 1 };
      const add = { jobs: trial.jobs('a'), onDependencyFailure: 'fail' } as const;
      expect(await backend.workflows?.addChildren({ lease, ...add })).toBeUndefined();
      expect(await backend.counts()).toMatchObject({ waiting: 1 });
      await (await trial.work(backend, { run: 'hold' })).started();
      const other = { ...lease, fencingToken: 2 };
      expect(await backend.workflows?.addChildren({ lease: other, ...add })).toBeUndefined();
      expect(await backend.counts()).toMatchObject({ waiting: 0, active: 1 });
    });

    for (const many of [0, 150]) {
      test(
        `refuses one whose key is held by its parent or a job that waits for it, beside ${many} others`,
        async (trial) => {
          const backend = await trial.open();
          const worker = await trial.work(backend, { run: 'hold' });
          const deduplication = { key: 'k', mode: 'drop' } as const;
          await trial.add(backend, trial.job({ id: 'parent', deduplication }));
          const run = await worker.started();
          const waits = { deduplication: { key: 'w', mode: 'drop' } } as const;
          await addFlow(backend, dependent(trial, 'waits', ['parent'], waits));
          await addFlow(backend, dependent(trial, 'last', ['waits']));
          const others = trial.jobs(...Array.from({ length: many }, (_, index) => `o${index}`));
          const add = (child: NewJob) => {
            const jobs = [...others, child];
            return backend.workflows?.addChildren({
              lease: run.lease,
              jobs,
              onDependencyFailure: 'fail',
            });
          };
          for (const key of ['k', 'w']) {
            const child = trial.job({ id: 'child', deduplication: { key, mode: 'drop' } });
            const { details } = await expectCode(() => add(child), 'JOBS_INVALID_ARGUMENT');
            expect(details).toMatchObject({ cycle: ['parent', 'child', 'parent'] });
          }
          await trial.time.settle();
          expect(await backend.counts()).toMatchObject({ active: 1, blocked: 2, waiting: 0 });
          run.end();
          await trial.reaches(backend, 'parent', 'completed');
        },
        { needs: 'deduplication' },
      );
    }

    test('keeps a job blocked whose worker died while they run', async (trial) => {
      const { lockMs } = trial.time;
      const backend = await trial.open();
      const dying = await trial.open();
      const worker = await trial.work(dying, { run: 'hold', lockMs });
      await trial.add(backend, ...trial.jobs('parent'));
      const { lease } = await worker.started();
      const child = trial.job({ id: 'a', delay: 1_000_000 });
      const add = { jobs: [child], onDependencyFailure: 'fail' } as const;
      await backend.workflows?.addChildren({ lease, ...add });
      await dying.close({ force: true });
      const other = await trial.work(backend, { run: 'hold', lockMs });
      await trial.reaches(backend, 'parent', 'blocked');
      await backend.promote({ ids: ['a'] });
      (await other.started()).end();
      expect((await other.started(1)).id).toBe('parent');
    });

    test('waits again for one that failed and is retried while the parent still runs', async (trial) => {
      const { backend, worker, run } = await failedChild(trial);
      await backend.retry({ ids: ['a'] });
      const again = await worker.started(2);
      run.end({ type: 'snooze', reason: 'children', runAt: trial.time.now() });
      const parent = await trial.reaches(backend, 'parent', 'blocked');
      expect(parent.dependencies).toEqual({ total: 1, open: 1, failed: 0 });
      again.end();
      expect((await worker.started(3)).id).toBe('parent');
    });

    test('fails a job that is put back after one failed, and brings it back with that', async (trial) => {
      const { backend, worker, run } = await failedChild(trial);
      run.end({ type: 'snooze', reason: 'children', runAt: trial.time.now() });
      await trial.reaches(backend, 'parent', 'failed');
      expect(await backend.retry({ ids: ['a'] })).toBe(1);
      const parent = await trial.reaches(backend, 'parent', 'blocked');
      expect(parent.dependencies).toEqual({ total: 1, open: 1, failed: 0 });
      (await worker.started(3)).end();
      expect((await worker.started(4)).id).toBe('parent');
    });

    test('fails a job that lost its worker after one failed, and brings it back with that', async (trial) => {
      const { lockMs } = trial.time;
      const backend = await trial.open();
      const dying = await trial.open();
      const first = await trial.work(dying, { run: 'hold', lockMs });
      await trial.add(backend, ...trial.jobs('parent'));
      const { lease } = await first.started();
      const add = { jobs: trial.jobs('a'), onDependencyFailure: 'fail' } as const;
      await backend.workflows?.addChildren({ lease, ...add });
      await dying.close({ force: true });
      const options = { run: failIfDoomed('hold'), concurrency: 3, lockMs };
      const worker = await trial.work(backend, options);
      (await worker.started()).end(FAILED);
      await trial.reaches(backend, 'parent', 'failed');
      expect(await backend.retry({ ids: ['a'] })).toBe(1);
      await trial.reaches(backend, 'parent', 'blocked');
      (await worker.started(2)).end();
      expect((await worker.started(3)).id).toBe('parent');
    });

    test('takes one that waits for a job whose tie to the parent was removed', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: failIfDoomed('hold'), concurrency: 3 });
      await trial.add(backend, ...trial.jobs('parent'));
      const run = await worker.started();
      await addFlow(backend, dependent(trial, 'tie', ['parent']), dependent(trial, 'end', ['tie']));
      expect(await backend.remove({ ids: ['tie'] })).toBe(1);
      await trial.reaches(backend, 'end', 'failed');
      const child = dependent(trial, 'child', ['end']);
      const add = { jobs: [child], onDependencyFailure: 'continue' } as const;
      const added = await backend.workflows?.addChildren({ lease: run.lease, ...add });
      expect(added).toMatchObject([{ id: 'child', outcome: 'added' }]);
      await trial.reaches(backend, 'child', 'failed');
    });
  },
};
