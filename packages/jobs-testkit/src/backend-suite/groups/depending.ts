import type { Backend, JobRef, NewJob } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import { expectCode } from '../../suite/expect-code.ts';
import type { BackendGroup } from '../backend-group.ts';
import type { BackendTrial } from '../backend-trial.ts';

/** Makes a job that waits for others of the test's queue, or of the queues named. */
export function dependent(
  trial: BackendTrial,
  id: string,
  dependsOn: readonly (string | JobRef)[],
  fields: Partial<NewJob> & { readonly delay?: number } = {},
): NewJob {
  const { queueName } = trial;
  const refs = dependsOn.map((to) => (typeof to === 'string' ? { queueName, id: to } : to));
  return trial.job({ id, dependsOn: refs, onDependencyFailure: 'fail', ...fields });
}

/** Adds jobs that wait for each other; returns the outcomes. */
export async function addFlow(backend: Backend, ...jobs: readonly NewJob[]): Promise<string[]> {
  const results = await backend.workflows?.add({ jobs });
  return (results ?? []).map(({ outcome }) => outcome);
}

/** Jobs that wait for others, which complete. */
export const depending: BackendGroup = {
  title: 'waiting for other jobs',
  needs: 'workflows',
  tests: (test) => {
    test('depends: blocks a job until all it waits for have ended, then runs it', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold', concurrency: 5 });
      const jobs = [...trial.jobs('a', 'b'), dependent(trial, 'c', ['a', 'b'])];
      expect(await addFlow(backend, ...jobs)).toEqual(['added', 'added', 'added']);
      await worker.started(1);
      expect(await backend.counts()).toMatchObject({ active: 2, blocked: 1, waiting: 0 });
      expect(await trial.list(backend, ['blocked'])).toMatchObject([
        { id: 'c', status: 'blocked', dependencies: { total: 2, open: 2, failed: 0 } },
      ]);
      worker.runs[0]?.end();
      await trial.reaches(backend, worker.runs[0]?.id ?? '', 'completed');
      await trial.time.settle();
      expect(await trial.get(backend, 'c')).toMatchObject({
        status: 'blocked',
        dependencies: { open: 1 },
      });
      worker.runs[1]?.end();
      expect((await worker.started(2)).job).toMatchObject({
        id: 'c',
        dependencies: { total: 2, open: 0, failed: 0 },
      });
      expect(await backend.counts()).toMatchObject({ active: 1, blocked: 0 });
    });

    test('depends: releases a job without a delay at once, though the clock of who added it is ahead', async (trial) => {
      const backend = await trial.open();
      await trial.work(backend);
      const createdAt = trial.time.now() + 3_600_000;
      await addFlow(backend, ...trial.jobs('a'), dependent(trial, 'b', ['a'], { createdAt }));
      await trial.reaches(backend, 'b', 'completed');
    });

    test('depends: a job whose dependencies have ended is released by the next exchange', async (trial) => {
      const backend = await trial.open();
      const first = await trial.work(backend);
      await trial.add(backend, ...trial.jobs('a'));
      await trial.reaches(backend, 'a', 'completed');
      await first.stop();
      await addFlow(backend, dependent(trial, 'b', ['a']));
      expect(await backend.counts()).toMatchObject({ blocked: 1, waiting: 0 });
      await trial.work(backend);
      await trial.reaches(backend, 'b', 'completed');
    });

    test('depends: refuses a job that waits for one that is not stored, and stores none', async (trial) => {
      const backend = await trial.open();
      const [a] = trial.jobs('a');
      const added = addFlow(backend, a as NewJob, dependent(trial, 'b', ['a', 'nobody']));
      await expectCode(added, 'JOBS_NOT_FOUND');
      const elsewhere = { queueName: `${trial.queueName}-other`, id: 'a' };
      await expectCode(addFlow(backend, dependent(trial, 'c', [elsewhere])), 'JOBS_NOT_FOUND');
      expect(await backend.counts()).toMatchObject({ waiting: 0, blocked: 0 });
    });

    test('depends: waits for jobs of other queues of the store', async (trial) => {
      const [here, there] = [await trial.open(), await trial.open(`${trial.queueName}-2`)];
      const worker = await trial.work(here);
      const other = await trial.work(there, { run: 'hold' });
      await trial.add(there, ...trial.jobs('a'));
      await addFlow(here, dependent(trial, 'b', [{ queueName: `${trial.queueName}-2`, id: 'a' }]));
      const run = await other.started();
      await trial.time.settle();
      expect(worker.runs).toHaveLength(0);
      run.end();
      await trial.reaches(here, 'b', 'completed');
    });

    test(
      'depends: tells a job of another queue from one of the call that has the same id and is a duplicate',
      async (trial) => {
        const { queueName } = trial;
        const other = `${queueName}-other`;
        const [one, two] = [await trial.open(), await trial.open(other)];
        const deduplication = { key: 'k', mode: 'drop' } as const;
        await trial.add(one, trial.job({ id: 'first', deduplication, delay: 86_400_000 }));
        await trial.add(two, trial.job({ id: 'same', delay: 86_400_000 }));
        const refs = [{ queueName: other, id: 'same' }, 'same'] as const;
        const same = trial.job({ id: 'same', deduplication });
        expect(await addFlow(one, same, dependent(trial, 'last', refs))).toEqual([
          'duplicate',
          'added',
        ]);
        const page = await one.workflows?.dependencies({
          job: { queueName, id: 'last' },
          limit: 10,
        });
        expect(page?.dependencies).toMatchObject([
          { queueName: other, id: 'same' },
          { queueName, id: 'first' },
        ]);
      },
      { needs: 'deduplication' },
    );

    test('depends: reads what a job waits for, page by page, with results and errors', async (trial) => {
      const backend = await trial.open();
      const error = { name: 'Error', message: 'no' };
      await trial.work(backend, {
        concurrency: 3,
        run: (run) => {
          if (run.id === 'bad') run.end({ type: 'fail', error, attemptUsed: true });
          else if (run.id !== 'held') run.end({ type: 'complete', result: { of: run.id } });
        },
      });
      const jobs = trial.jobs('good', 'bad', 'held');
      const waits = dependent(trial, 'waits', ['held', 'good', 'bad'], {
        onDependencyFailure: 'continue',
      });
      await addFlow(backend, ...jobs, waits);
      await trial.reaches(backend, 'good', 'completed');
      await trial.reaches(backend, 'bad', 'failed');
      await trial.reaches(backend, 'held', 'active');
      // A store may note in what waits for a job that it has ended after it noted that in the job itself.
      await trial.time.until('both ends are known', async () => {
        return (await trial.get(backend, 'waits')).dependencies?.open === 1;
      });
      const { queueName } = trial;
      const job = { queueName, id: 'waits' };
      const first = await backend.workflows?.dependencies({ job, limit: 2 });
      const times = { createdAt: expect.any(Number), processedAt: expect.any(Number) };
      const ended = { ...times, finishedAt: expect.any(Number) };
      const one = { queueName, name: 'job', isTolerated: true };
      expect(first?.dependencies).toEqual([
        { ...one, id: 'held', status: 'active', ...times },
        { ...one, id: 'good', status: 'completed', result: { of: 'good' }, ...ended },
      ]);
      const cursor = first?.cursor as string;
      const second = await backend.workflows?.dependencies({ job, limit: 2, cursor });
      expect(second).toEqual({
        dependencies: [{ ...one, id: 'bad', status: 'failed', error, ...ended }],
      });
      const unmet = await backend.workflows?.dependencies({ job, limit: 10, unmet: true });
      expect(unmet?.dependencies.map(({ id }) => id)).toEqual(['held', 'bad']);
      const bare = await backend.workflows?.dependencies({ job, limit: 10, withoutResults: true });
      expect(bare?.dependencies).toEqual([
        { ...one, id: 'held', status: 'active', ...times },
        { ...one, id: 'good', status: 'completed', ...ended },
        { ...one, id: 'bad', status: 'failed', error, ...ended },
      ]);
    });

    test('depends: removes what is not to be kept once no job waits for it, and no other', async (trial) => {
      const backend = await trial.open();
      await trial.work(backend, { concurrency: 1 });
      const keepCompleted = { ageMs: 1_000_000_000, count: 0 };
      await addFlow(
        backend,
        ...trial.jobs('other'),
        trial.job({ id: 'a', keepCompleted }),
        trial.job({ id: 'b', keepCompleted }),
        dependent(trial, 'c', ['a', 'b', 'other']),
        dependent(trial, 'd', ['b', 'c']),
      );
      await trial.reaches(backend, 'd', 'completed');
      await trial.time.until('what is not to be kept is gone', async () => {
        return (await backend.counts()).completed === 3;
      });
      const left = await trial.list(backend, ['completed']);
      expect(left.map(({ id }) => id).sort()).toEqual(['c', 'd', 'other']);
    });

    for (const many of [1, 700]) {
      test(
        `depends: keeps nothing stored for a job that is dropped for another, of ${many} it would wait for`,
        async (trial) => {
          const backend = await trial.open();
          const deduplication = { key: 'k', mode: 'drop' } as const;
          await trial.add(backend, trial.job({ id: 'holder', delay: 1_000_000, deduplication }));
          const keepCompleted = { ageMs: 1_000_000_000, count: 0 };
          const ids = Array.from({ length: many }, (_, index) => `a${index}`);
          const jobs = ids.map((id) => trial.job({ id, keepCompleted }));
          const dropped = dependent(trial, 'dropped', ids, { deduplication });
          const outcomes = await addFlow(backend, ...jobs, dropped);
          expect(outcomes.at(-1)).toBe('duplicate');
          await trial.work(backend, { concurrency: 100 });
          await trial.time.until('all are gone', async () => {
            const { waiting, active, completed } = await backend.counts();
            return waiting + active + completed === 0;
          });
          expect(await backend.counts()).toMatchObject({ blocked: 0, delayed: 1 });
        },
        { needs: 'deduplication' },
      );
    }

    test('depends: releases hundreds of jobs that wait for one', async (trial) => {
      const backend = await trial.open();
      await trial.work(backend, { concurrency: 50 });
      const ids = Array.from({ length: 350 }, (_, index) => `waits-${index}`);
      const jobs = ids.map((id) => dependent(trial, id, ['a']));
      await addFlow(backend, ...trial.jobs('a'), ...jobs);
      await trial.time.until(
        'all have completed',
        async () => (await backend.counts()).completed === 351,
      );
      expect(await backend.counts()).toMatchObject({ blocked: 0, waiting: 0, active: 0 });
    });

    test('depends: does not start a released job before its time', async (trial) => {
      const { time } = trial;
      const backend = await trial.open();
      const worker = await trial.work(backend);
      const later = dependent(trial, 'b', ['a'], { delay: 2 * time.delayMs });
      const latest = dependent(trial, 'c', ['a'], { delay: 1000 * time.delayMs });
      await addFlow(backend, ...trial.jobs('a'), later, latest);
      await trial.reaches(backend, 'c', 'delayed');
      await trial.reaches(backend, 'b', 'completed');
      expect(worker.runs[1]?.startedAt).toBeGreaterThanOrEqual(later.runAt - time.precisionMs);
    });

    test('depends: keeps a result until the last job that waits for it has ended', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold', concurrency: 3 });
      const none = { ageMs: 0, count: 0 };
      const a = trial.job({ id: 'a', keepCompleted: none });
      await addFlow(backend, a, dependent(trial, 'b', ['a']), dependent(trial, 'c', ['a', 'b']));
      (await worker.started()).end({ type: 'complete', result: 'kept' });
      (await worker.started(1)).end();
      const last = await worker.started(2);
      expect(await trial.get(backend, 'a')).toMatchObject({ result: 'kept' });
      expect(await backend.counts()).toMatchObject({ completed: 2 });
      expect((await trial.list(backend, ['completed'])).map(({ id }) => id)).toEqual(['a', 'b']);
      last.end();
      await trial.reaches(backend, 'c', 'completed');
      await trial.time.until(
        'a is gone',
        async () => (await backend.get({ id: 'a' })) === undefined,
      );
      expect(await backend.counts()).toMatchObject({ completed: 2 });
    });

    test('depends: keeps the result of a job that had ended before another one waits for it', async (trial) => {
      const backend = await trial.open();
      await trial.work(backend, { run: (run) => run.end({ type: 'complete', result: run.id }) });
      const keepCompleted = { ageMs: 1e9, count: 1 };
      const kept = (id: string): NewJob => trial.job({ id, keepCompleted });
      await trial.add(backend, kept('a'));
      await trial.reaches(backend, 'a', 'completed');
      await addFlow(backend, dependent(trial, 'last', ['a'], { name: 'other', delay: 86_400_000 }));
      for (const id of ['b', 'c', 'd']) {
        await trial.add(backend, kept(id));
        await trial.reaches(backend, id, 'completed');
      }
      const job = { queueName: trial.queueName, id: 'last' };
      const page = await backend.workflows?.dependencies({ job, limit: 10 });
      expect(page?.dependencies).toMatchObject([{ id: 'a', status: 'completed', result: 'a' }]);
    });

    test('depends: a known job keeps what it waits for', async (trial) => {
      const backend = await trial.open();
      await trial.add(backend, ...trial.jobs('a', 'b'));
      await addFlow(backend, dependent(trial, 'c', ['a']));
      expect(await addFlow(backend, dependent(trial, 'c', ['b', 'nobody']))).toEqual(['duplicate']);
      const job = { queueName: trial.queueName, id: 'c' };
      const page = await backend.workflows?.dependencies({ job, limit: 10 });
      expect(page?.dependencies.map(({ id }) => id)).toEqual(['a']);
    });

    test(
      'depends: a job that waits for a dropped one waits for the holder of its key',
      async (trial) => {
        const backend = await trial.open();
        const worker = await trial.work(backend, { run: 'hold', concurrency: 3 });
        const deduplication = { key: 'k', mode: 'drop' } as const;
        await trial.add(backend, trial.job({ id: 'holder', deduplication }));
        const dropped = trial.job({ id: 'dropped', deduplication });
        const results = await addFlow(backend, dropped, dependent(trial, 'b', ['dropped']));
        expect(results).toEqual(['duplicate', 'added']);
        const run = await worker.started();
        expect(await trial.get(backend, 'b')).toMatchObject({ status: 'blocked' });
        run.end();
        expect((await worker.started(1)).id).toBe('b');
      },
      { needs: 'deduplication' },
    );

    test('depends: clears blocked jobs with the others', async (trial) => {
      const backend = await trial.open();
      await trial.add(backend, ...trial.jobs('a'));
      await addFlow(backend, dependent(trial, 'b', ['a']), dependent(trial, 'c', ['b']));
      expect(await backend.clear({ statuses: ['blocked'] })).toBe(2);
      expect(await backend.counts()).toMatchObject({ waiting: 1, blocked: 0 });
    });
  },
};
