import type { NewJob } from '@philjs/jobs-core';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';

const key = 'user:7';

/** At most one job of the queue holds a key. */
export const deduplicating: BackendGroup = {
  title: 'deduplicating',
  needs: 'deduplication',
  tests: (test) => {
    test('drop: stores no second job while the first waits or runs', async (trial) => {
      const backend = await trial.open();
      const deduplication = { key, mode: 'drop' } as const;
      await trial.add(backend, trial.job({ id: 'a', payload: 1, deduplication }));
      const again = (): ReturnType<typeof trial.add> =>
        trial.add(backend, trial.job({ payload: 2, deduplication }));
      expect(await again()).toEqual([{ id: 'a', outcome: 'duplicate' }]);
      const worker = await trial.work(backend, { run: 'hold' });
      const run = await worker.started();
      expect(await again()).toEqual([{ id: 'a', outcome: 'duplicate' }]);
      expect(run.job).toMatchObject({ payload: 1, deduplicationKey: key });
      run.end();
      await trial.reaches(backend, 'a', 'completed');
      expect(await again()).toMatchObject([{ outcome: 'added' }]);
    });

    test('drop: holds the key through retries, and frees it when the job fails', async (trial) => {
      const backend = await trial.open();
      const deduplication = { key, mode: 'drop' } as const;
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, trial.job({ id: 'a', deduplication }));
      const error = { name: 'Error', message: '' };
      (await worker.started()).end({ type: 'retry', error, runAt: trial.time.now() });
      const run = await worker.started(1);
      const second = trial.job({ id: 'b', deduplication });
      expect(await trial.add(backend, second)).toEqual([{ id: 'a', outcome: 'duplicate' }]);
      run.end({ type: 'fail', error, attemptUsed: true });
      await trial.reaches(backend, 'a', 'failed');
      expect(await trial.add(backend, second)).toEqual([{ id: 'b', outcome: 'added' }]);
    });

    test('drop: with a time, holds the key just so long, however long the job lives', async (trial) => {
      const { time } = trial;
      const backend = await trial.open();
      const deduplication = { key, mode: 'drop', ttlMs: 2 * time.delayMs } as const;
      await trial.work(backend);
      await trial.add(backend, trial.job({ id: 'a', deduplication }));
      await trial.reaches(backend, 'a', 'completed');
      await time.pass(time.delayMs);
      const second = (): NewJob => trial.job({ id: 'b', deduplication });
      expect(await trial.add(backend, second())).toEqual([{ id: 'a', outcome: 'duplicate' }]);
      await time.pass(time.delayMs + time.latenessMs);
      expect(await trial.add(backend, second())).toEqual([{ id: 'b', outcome: 'added' }]);
    });

    test('drop: a time that is over frees the key of a job that still waits', async (trial) => {
      const { time } = trial;
      const backend = await trial.open();
      const deduplication = { key, mode: 'drop', ttlMs: time.delayMs } as const;
      await trial.add(backend, trial.job({ id: 'a', deduplication }));
      await time.pass(time.delayMs + time.latenessMs);
      const second = trial.job({ id: 'b', deduplication });
      expect(await trial.add(backend, second)).toEqual([{ id: 'b', outcome: 'added' }]);
      expect((await backend.counts()).waiting).toBe(2);
    });

    for (const mode of ['replace', 'extend'] as const) {
      test(`${mode}: gives the job that waits the new payload`, async (trial) => {
        const { time } = trial;
        const backend = await trial.open();
        const first = trial.job({
          id: 'a',
          payload: 1,
          delay: time.delayMs,
          deduplication: { key, mode },
        });
        await trial.add(backend, first);
        await time.pass(time.delayMs / 2);
        const second = trial.job({
          payload: 2,
          version: 2,
          delay: time.delayMs,
          deduplication: { key, mode },
        });
        expect(await trial.add(backend, second)).toEqual([{ id: 'a', outcome: 'replaced' }]);
        const { runAt } = mode === 'replace' ? first : second;
        expect(await trial.get(backend, 'a')).toMatchObject({
          status: 'delayed',
          payload: 2,
          version: 2,
          runAt,
        });
        const worker = await trial.work(backend);
        const run = await worker.started();
        expect(run.job.payload).toBe(2);
        expect(run.startedAt).toBeGreaterThanOrEqual(runAt);
        expect(run.startedAt).toBeLessThanOrEqual(runAt + time.latenessMs);
        expect((await backend.counts()).delayed).toBe(0);
      });

      test(`${mode}: frees the key as soon as the job starts`, async (trial) => {
        const backend = await trial.open();
        const deduplication = { key, mode } as const;
        const worker = await trial.work(backend, { run: 'hold' });
        await trial.add(backend, trial.job({ id: 'a', payload: 1, deduplication }));
        const run = await worker.started();
        const second = trial.job({ id: 'b', payload: 2, deduplication });
        expect(await trial.add(backend, second)).toEqual([{ id: 'b', outcome: 'added' }]);
        run.end();
        expect((await worker.started(1)).job).toMatchObject({ id: 'b', payload: 2 });
        expect((await trial.get(backend, 'a')).payload).toBe(1);
      });
    }

    for (const mode of ['drop', 'replace', 'extend'] as const) {
      test(`${mode}: frees the key when the job is removed`, async (trial) => {
        const backend = await trial.open();
        const deduplication = { key, mode } as const;
        await trial.add(backend, trial.job({ id: 'a', delay: 1_000_000, deduplication }));
        expect(await backend.remove({ ids: ['a'] })).toBe(1);
        const second = trial.job({ id: 'b', deduplication });
        expect(await trial.add(backend, second)).toEqual([{ id: 'b', outcome: 'added' }]);
      });

      test(`${mode}: stores one job when many of a key are added at once`, async (trial) => {
        const backends = [await trial.open(), await trial.open()] as const;
        const deduplication = { key, mode } as const;
        const adds = Array.from({ length: 20 }, (_, index) =>
          trial.add(
            backends[index % 2] as (typeof backends)[0],
            trial.job({ delay: 1_000_000, deduplication }),
          ),
        );
        const results = (await Promise.all(adds)).flat();
        expect(results.filter(({ outcome }) => outcome === 'added')).toHaveLength(1);
        expect(new Set(results.map(({ id }) => id)).size).toBe(1);
        expect((await backends[0].counts()).delayed).toBe(1);
      });
    }

    test('keeps keys apart, and jobs without a key out of it', async (trial) => {
      const backend = await trial.open();
      const keys = ['a', 'b', 'A', 'a:b', 'ab'];
      const jobs = keys.map((each) => trial.job({ deduplication: { key: each, mode: 'drop' } }));
      const results = await trial.add(backend, ...jobs, trial.job(), trial.job());
      expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['added']));
      expect((await backend.counts()).waiting).toBe(7);
    });

    test('reports a key that comes twice in one call', async (trial) => {
      const backend = await trial.open();
      const deduplication = { key, mode: 'drop' } as const;
      const [first, second] = [trial.job({ deduplication }), trial.job({ deduplication })];
      expect(await trial.add(backend, first, second)).toEqual([
        { id: first.id, outcome: 'added' },
        { id: first.id, outcome: 'duplicate' },
      ]);
    });
  },
};
