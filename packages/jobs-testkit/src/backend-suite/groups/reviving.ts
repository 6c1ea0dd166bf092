import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';
import { addFlow, dependent } from './depending.ts';

const error = { name: 'Error', message: 'no' } as const;
const fail = { type: 'fail', error, attemptUsed: true } as const;

/** Retrying failed jobs and promoting delayed ones. */
export const reviving: BackendGroup = {
  title: 'retrying and promoting',
  tests: (test) => {
    test('retry: puts failed jobs back with all attempts before them', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      const expiresAt = trial.time.now() + 1_000_000;
      const kept = { payload: { keep: 'me' }, timeoutMs: 5_000, tags: ['kept'] };
      await trial.add(backend, trial.job({ id: 'a', expiresAt, ...kept }));
      (await worker.started()).end(fail);
      await trial.reaches(backend, 'a', 'failed');
      await backend.setPaused({ paused: true });
      expect(await backend.retry({ ids: ['a'] })).toBe(1);
      const job = await trial.get(backend, 'a');
      expect(job).toMatchObject({
        status: 'waiting',
        attemptsMade: 0,
        fencingToken: 1,
        stalledCount: 0,
        ...kept,
      });
      for (const gone of ['error', 'failures', 'finishedAt', 'result', 'expiresAt'])
        expect(job).not.toHaveProperty(gone);
      await backend.setPaused({ paused: false });
      expect((await worker.started(1)).job).toMatchObject({ attemptsMade: 0, fencingToken: 2 });
    });

    test('retry: takes failed and cancelled jobs only, and says how many', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold', concurrency: 3 });
      await trial.add(backend, ...trial.jobs('active', 'completed', 'failed'));
      await worker.started(2);
      worker.runs[1]?.end();
      worker.runs[2]?.end(fail);
      await trial.reaches(backend, 'completed', 'completed');
      await trial.reaches(backend, 'failed', 'failed');
      await backend.setPaused({ paused: true });
      await trial.add(
        backend,
        ...trial.jobs('waiting'),
        ...trial.jobs('cancelled'),
        trial.job({ id: 'delayed', delay: 1_000_000 }),
      );
      await backend.cancel({ id: 'cancelled', error });
      const ids = ['waiting', 'delayed', 'active', 'completed', 'failed', 'cancelled', 'nobody'];
      expect(await backend.retry({ ids })).toBe(2);
      expect(await backend.counts()).toMatchObject({
        waiting: 3,
        cancelled: 0,
        delayed: 1,
        active: 1,
        completed: 1,
        failed: 0,
      });
      expect(await backend.retry({ ids: [] })).toBe(0);
    });

    test('retry: puts back only jobs that are still in a state asked for', async (trial) => {
      const backend = await trial.open();
      await trial.work(backend, { run: (run) => run.end(fail) });
      await trial.add(backend, ...trial.jobs('failed'));
      await trial.reaches(backend, 'failed', 'failed');
      await backend.setPaused({ paused: true });
      await trial.add(backend, ...trial.jobs('cancelled', 'waiting'));
      await backend.cancel({ id: 'cancelled', error });
      const ids = ['failed', 'cancelled', 'waiting'];
      expect(await backend.retry({ ids, statuses: [] })).toBe(0);
      expect(await backend.retry({ ids, statuses: ['waiting', 'completed'] })).toBe(0);
      expect(await backend.retry({ ids: ['cancelled'], statuses: ['failed'] })).toBe(0);
      expect(await backend.retry({ ids, statuses: ['failed'] })).toBe(1);
      expect(await backend.counts()).toMatchObject({ waiting: 2, failed: 0, cancelled: 1 });
    });

    test(
      'retry: blocks a job that had failed itself for one that the same call retries before it',
      async (trial) => {
        const backend = await trial.open();
        let isWell = false;
        const worker = await trial.work(backend, {
          run: (run) => run.end(isWell ? undefined : fail),
          concurrency: 5,
        });
        const onDependencyFailure = 'continue';
        await addFlow(
          backend,
          ...trial.jobs('a'),
          dependent(trial, 'b', ['a'], { onDependencyFailure }),
          dependent(trial, 'c', ['b'], { onDependencyFailure }),
        );
        await trial.reaches(backend, 'c', 'failed');
        await backend.setPaused({ paused: true });
        expect(await backend.retry({ ids: ['a', 'b', 'c'] })).toBe(3);
        for (const id of ['b', 'c']) {
          const dependencies = { total: 1, open: 1, failed: 0 };
          expect(await trial.get(backend, id)).toMatchObject({ status: 'blocked', dependencies });
        }
        isWell = true;
        await backend.setPaused({ paused: false });
        await trial.reaches(backend, 'c', 'completed');
        expect(worker.ids).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
      },
      { needs: 'workflows' },
    );

    test('promote: makes delayed jobs ready now, by turn', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend);
      const jobs = [
        ['low', 0],
        ['high', 5],
        ['stays', 9],
      ] as const;
      await trial.add(
        backend,
        ...jobs.map(([id, priority]) => trial.job({ id, priority, delay: 1_000_000 })),
      );
      await backend.setPaused({ paused: true });
      expect(await backend.promote({ ids: ['low', 'high', 'nobody'] })).toBe(2);
      expect(await backend.counts()).toMatchObject({ waiting: 2, delayed: 1 });
      await backend.setPaused({ paused: false });
      await trial.reaches(backend, 'low', 'completed');
      expect(worker.ids).toEqual(['high', 'low']);
    });

    test('promote: takes delayed jobs only', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, ...trial.jobs('active', 'waiting'));
      await worker.started();
      expect(await backend.promote({ ids: ['active', 'waiting', 'nobody'] })).toBe(0);
      expect(await backend.promote({ ids: [] })).toBe(0);
      expect(await backend.counts()).toMatchObject({ active: 1, waiting: 1 });
    });

    test('promote: runs a job once though its time comes as well', async (trial) => {
      const { time } = trial;
      const backend = await trial.open();
      const worker = await trial.work(backend);
      await trial.add(backend, trial.job({ id: 'a', delay: time.delayMs }));
      await backend.promote({ ids: ['a'] });
      await trial.reaches(backend, 'a', 'completed');
      await time.pass(2 * time.delayMs + time.latenessMs);
      expect(worker.runs).toHaveLength(1);
    });
  },
};
