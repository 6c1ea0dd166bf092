import type { DeduplicationMode } from '@philjs/jobs-core';
import type { LimitStore, NewJob } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';
import { KEEP } from '../backend-trial.ts';

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
      await trial.work(backend);
      // However late a busy machine is, one of the times is not over, and the other one is.
      const keyed = (id: string, ttlMs: number): NewJob =>
        trial.job({ id, deduplication: { key: `${ttlMs}`, mode: 'drop', ttlMs } });
      const [long, short] = [1_000_000, time.delayMs];
      await trial.add(backend, keyed('a', long), keyed('b', short));
      for (const id of ['a', 'b']) await trial.reaches(backend, id, 'completed');
      await time.pass(time.delayMs + time.latenessMs);
      expect(await trial.add(backend, keyed('c', long), keyed('d', short))).toEqual([
        { id: 'a', outcome: 'duplicate' },
        { id: 'd', outcome: 'added' },
      ]);
    });

    test('drop: a job that is dropped does not make the time longer', async (trial) => {
      const { time } = trial;
      const backend = await trial.open();
      // It is not over when the second one comes, though the process stood still for some delays.
      const deduplication = { key, mode: 'drop', ttlMs: 12 * time.delayMs } as const;
      const add = (id: string): ReturnType<typeof trial.add> =>
        trial.add(backend, trial.job({ id, deduplication }));
      await add('a');
      await time.pass(7 * time.delayMs);
      expect(await add('b')).toEqual([{ id: 'a', outcome: 'duplicate' }]);
      await time.pass(7 * time.delayMs);
      expect(await add('c')).toEqual([{ id: 'c', outcome: 'added' }]);
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
        // So long that it is not over when the second one comes, though the process stood still meanwhile.
        const delay = 4 * time.delayMs;
        const deduplication = { key, mode };
        const first = trial.job({ id: 'a', payload: 1, delay, deduplication });
        await trial.add(backend, first);
        await time.pass(time.delayMs / 2);
        const second = trial.job({ payload: 2, version: 2, delay, deduplication });
        expect(await trial.add(backend, second)).toEqual([{ id: 'a', outcome: 'replaced' }]);
        const { runAt } = mode === 'replace' ? first : second;
        expect(await trial.get(backend, 'a')).toMatchObject({
          status: 'delayed',
          payload: 2,
          version: 2,
          runAt,
        });
        const dueAt = Math.max(runAt, time.now());
        const worker = await trial.work(backend);
        const run = await worker.started();
        expect(run.job.payload).toBe(2);
        expect(run.startedAt).toBeGreaterThanOrEqual(runAt);
        expect(run.startedAt).toBeLessThanOrEqual(dueAt + time.mostLateMs);
        expect((await backend.counts()).delayed).toBe(0);
      });

      test(`${mode}: gives the job that waits all that the new one brings`, async (trial) => {
        const { time } = trial;
        const backend = await trial.open();
        const deduplication = { key, mode } as const;
        const first = trial.job({
          id: 'a',
          delay: 2_000_000,
          metadata: { tenant: 'a', only: 'first' },
          expiresAt: time.now() + 3_000_000,
          timeoutMs: 1_000,
          tags: ['a', 'c'],
          parentId: 'p1',
          deduplication,
        });
        await trial.add(backend, first);
        const keep = { ...KEEP, count: 0 };
        const second = trial.job({
          priority: 7,
          delay: 1_000_000,
          maxAttempts: 9,
          metadata: { tenant: 'b' },
          timeoutMs: 2_000,
          tags: ['b'],
          parentId: 'p2',
          keepCompleted: keep,
          deduplication,
        });
        expect(await trial.add(backend, second)).toEqual([{ id: 'a', outcome: 'replaced' }]);
        const record = await trial.get(backend, 'a');
        expect(record).toMatchObject({
          status: 'delayed',
          priority: 7,
          maxAttempts: 9,
          createdAt: first.createdAt,
          runAt: (mode === 'replace' ? first : second).runAt,
          deduplicationKey: key,
          timeoutMs: 2_000,
          tags: ['b'],
          parentId: 'p2',
        });
        expect(record.metadata).toEqual({ tenant: 'b' });
        expect(record).not.toHaveProperty('expiresAt');
        const third = trial.job({ expiresAt: 77, metadata: {}, deduplication });
        await trial.add(backend, third);
        expect(await trial.get(backend, 'a')).toMatchObject({
          priority: 0,
          expiresAt: 77,
          metadata: {},
        });
        for (const gone of ['timeoutMs', 'tags', 'parentId'])
          expect(await trial.get(backend, 'a')).not.toHaveProperty(gone);
        await trial.add(backend, { ...second, runAt: second.createdAt });
        if (mode === 'replace') expect(await backend.promote({ ids: ['a'] })).toBe(1);
        const worker = await trial.work(backend);
        await worker.started();
        await time.until('it is not kept', async () => {
          return (await backend.get({ id: 'a' })) === undefined;
        });
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

    test('replace: goes by the new priority, and keeps its turn where that is the old one', async (trial) => {
      const backend = await trial.open();
      await backend.setPaused({ paused: true });
      const keyed = (id: string, priority: number): NewJob =>
        trial.job({ id, priority, deduplication: { key: id[0] ?? '', mode: 'replace' } });
      await trial.add(backend, keyed('a', 0), keyed('b', 0), keyed('c', 0));
      const again = [keyed('a2', 0), keyed('c2', 5), keyed('b2', -5)];
      expect(await trial.add(backend, ...again)).toEqual(
        ['a', 'c', 'b'].map((id) => ({ id, outcome: 'replaced' })),
      );
      await backend.setPaused({ paused: false });
      const worker = await trial.work(backend);
      await worker.started(2);
      expect(worker.ids).toEqual(['c', 'a', 'b']);
    });

    test(
      'replace: lets a job that waits for its limit go by its new keys at once',
      async (trial) => {
        const backend = await trial.open();
        const limits = backend.limits as LimitStore;
        await limits.set({ name: 'job', limits: { concurrency: 5, concurrencyPerKey: 1 } });
        const worker = await trial.work(backend, { run: 'hold', concurrency: 5 });
        const keyed = (id: string, concurrencyKey: string) =>
          trial.job({ id, concurrencyKey, deduplication: { key, mode: 'replace' } });
        await trial.add(backend, trial.job({ id: 'first', concurrencyKey: 'a' }));
        await worker.started();
        await trial.add(backend, keyed('waits', 'a'));
        await trial.time.settle();
        expect(await trial.add(backend, keyed('other', 'b'))).toEqual([
          { id: 'waits', outcome: 'replaced' },
        ]);
        expect((await worker.started(1)).id).toBe('waits');
      },
      { needs: 'limits' },
    );

    test('extend: puts a job off no longer than its greatest wait', async (trial) => {
      const { time } = trial;
      const backend = await trial.open();
      const [delay, maxWaitMs] = [4 * time.delayMs, 6 * time.delayMs];
      const deduplication = { key, mode: 'extend', maxWaitMs } as const;
      const first = trial.job({ id: 'a', delay, deduplication });
      await trial.add(backend, first);
      const latest = first.createdAt + maxWaitMs;
      const runAts: number[] = [];
      for (let index = 0; index < 4; index += 1) {
        await time.pass(time.delayMs);
        const next = trial.job({ delay, deduplication });
        expect(await trial.add(backend, next)).toEqual([{ id: 'a', outcome: 'replaced' }]);
        const { runAt } = await trial.get(backend, 'a');
        expect(runAt).toBe(Math.min(next.runAt, latest));
        runAts.push(runAt);
      }
      expect(runAts.at(-1)).toBe(latest);
      // On a busy machine it may be due before the worker is there.
      const dueAt = Math.max(latest, time.now());
      const worker = await trial.work(backend);
      const run = await worker.started();
      expect(run.startedAt).toBeGreaterThanOrEqual(latest - time.precisionMs);
      expect(run.startedAt).toBeLessThanOrEqual(dueAt + time.mostLateMs);
    });

    test('goes by the mode of the new job, and lets go by that of the holder', async (trial) => {
      const backend = await trial.open();
      const keyed = (id: string, mode: DeduplicationMode): NewJob =>
        trial.job({ id, payload: id, deduplication: { key, mode } });
      await backend.setPaused({ paused: true });
      await trial.add(backend, keyed('a', 'drop'));
      expect(await trial.add(backend, keyed('b', 'replace'))).toEqual([
        { id: 'a', outcome: 'replaced' },
      ]);
      expect((await trial.get(backend, 'a')).payload).toBe('b');
      const worker = await trial.work(backend, { run: 'hold', concurrency: 2 });
      await backend.setPaused({ paused: false });
      const run = await worker.started();
      // Its own mode is still `drop`: it holds the key while it runs.
      expect(await trial.add(backend, keyed('c', 'replace'))).toEqual([
        { id: 'a', outcome: 'duplicate' },
      ]);
      run.end();
      await trial.reaches(backend, 'a', 'completed');
      await trial.add(backend, keyed('d', 'replace'));
      await worker.started(1);
      expect(await trial.add(backend, keyed('e', 'drop'))).toEqual([{ id: 'e', outcome: 'added' }]);
    });

    test('drop: a key with a time outlives a job that is not kept, but not its removal', async (trial) => {
      const backend = await trial.open();
      await trial.work(backend);
      const deduplication = { key, mode: 'drop', ttlMs: 1_000_000 } as const;
      const keepCompleted = { ...KEEP, count: 0 };
      await trial.add(backend, trial.job({ id: 'a', keepCompleted, deduplication }));
      await trial.time.until('it is gone', async () => {
        return (await backend.get({ id: 'a' })) === undefined;
      });
      expect(await trial.add(backend, trial.job({ deduplication }))).toEqual([
        { id: 'a', outcome: 'duplicate' },
      ]);
      const other = { ...deduplication, key: 'other' };
      await trial.add(backend, trial.job({ id: 'b', deduplication: other }));
      await trial.reaches(backend, 'b', 'completed');
      expect(await backend.remove({ ids: ['b'] })).toBe(1);
      expect(await trial.add(backend, trial.job({ id: 'c', deduplication: other }))).toEqual([
        { id: 'c', outcome: 'added' },
      ]);
    });

    for (const mode of ['drop', 'replace'] as const) {
      test(`${mode}: a job that is put back takes its key again`, async (trial) => {
        const backend = await trial.open();
        const deduplication = { key, mode } as const;
        const worker = await trial.work(backend, { run: 'hold' });
        await trial.add(backend, trial.job({ id: 'a', payload: 1, deduplication }));
        const error = { name: 'Error', message: '' };
        (await worker.started()).end({ type: 'fail', error, attemptUsed: true });
        await trial.reaches(backend, 'a', 'failed');
        await backend.setPaused({ paused: true });
        expect(await backend.retry({ ids: ['a'] })).toBe(1);
        const second = trial.job({ id: 'b', payload: 2, deduplication });
        const outcome = mode === 'drop' ? 'duplicate' : 'replaced';
        expect(await trial.add(backend, second)).toEqual([{ id: 'a', outcome }]);
        expect((await backend.counts()).waiting).toBe(1);
        await backend.setPaused({ paused: false });
        const run = await worker.started(1);
        expect(run.job).toMatchObject({ id: 'a', payload: mode === 'drop' ? 1 : 2 });
        run.end();
        await trial.reaches(backend, 'a', 'completed');
        expect(await trial.add(backend, second)).toEqual([{ id: 'b', outcome: 'added' }]);
      });
    }

    test('puts no job back whose key another one holds, and says which', async (trial) => {
      const backend = await trial.open();
      const deduplication = { key, mode: 'drop' } as const;
      const error = { name: 'JobsError', code: 'JOBS_CANCELLED', message: '' };
      await trial.add(backend, trial.job({ id: 'a', deduplication }), trial.job({ id: 'plain' }));
      for (const id of ['a', 'plain']) await backend.cancel({ id, error });
      await trial.add(backend, trial.job({ id: 'b', deduplication }));
      const details = { jobId: 'a', heldBy: 'b' };
      const refused = { code: 'JOBS_CONFLICT', details };
      await expect(backend.retry({ ids: ['a'] })).rejects.toMatchObject(refused);
      expect(await backend.retry({ ids: ['a', 'plain'] })).toBe(1);
      expect((await trial.get(backend, 'a')).status).toBe('cancelled');
      expect(await backend.counts()).toMatchObject({ waiting: 2, cancelled: 1 });
      await backend.remove({ ids: ['b'] });
      expect(await backend.retry({ ids: ['a'] })).toBe(1);
    });

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
