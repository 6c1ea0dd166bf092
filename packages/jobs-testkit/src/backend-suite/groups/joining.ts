import type { Backend } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';
import { dependent } from './depending.ts';

const add = (
  backend: Backend,
  jobs: Parameters<Backend['add']>[0]['jobs'],
  transaction: unknown,
): Promise<unknown> => Promise.resolve(backend.add({ jobs, transaction }));

/** Jobs are stored, and completed, together with the caller's own rows: all at the commit, or none. */
export const joining: BackendGroup = {
  title: 'joining a transaction',
  needs: 'transactions',
  tests: (test) => {
    test('stores jobs at the commit, and shows nothing before', async (trial) => {
      const [one, other] = [await trial.open(), await trial.open()];
      await trial.transact(async (transaction) => {
        await add(one, trial.jobs('a', 'b'), transaction);
        expect(await other.get({ id: 'a' })).toBeUndefined();
        expect((await other.counts()).waiting).toBe(0);
        return 'commit';
      });
      expect((await trial.list(other, ['waiting'])).map(({ id }) => id)).toEqual(['a', 'b']);
      expect((await other.counts()).waiting).toBe(2);
    });

    test('leaves nothing of what is rolled back', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend);
      const deduplication = { key: 'k', mode: 'drop' } as const;
      const fields = trial.capabilities.deduplication ? { deduplication } : {};
      await trial.transact(async (transaction) => {
        await add(backend, [trial.job({ id: 'a', ...fields })], transaction);
        return 'rollback';
      });
      expect(await backend.get({ id: 'a' })).toBeUndefined();
      expect(await backend.counts()).toMatchObject({ waiting: 0, active: 0, completed: 0 });
      const job = trial.job({ id: 'a', ...fields });
      expect(await trial.add(backend, job)).toEqual([{ id: 'a', outcome: 'added' }]);
      await trial.reaches(backend, 'a', 'completed');
      expect(worker.runs).toHaveLength(1);
    });

    test('has an idle worker of another process start soon after the commit, and not before', async (trial) => {
      const [one, other] = [await trial.open(), await trial.open()];
      const worker = await trial.work(other);
      await trial.time.settle();
      await trial.transact(async (transaction) => {
        await add(one, trial.jobs('a'), transaction);
        await trial.time.pass(trial.time.latenessMs);
        expect(worker.runs).toHaveLength(0);
        return 'commit';
      });
      const { latenessMs } = trial.time;
      await trial.time.until('it starts', () => worker.runs.length === 1, latenessMs);
    });

    test('answers a known id with the job that is stored, also within the transaction', async (trial) => {
      const backend = await trial.open();
      await trial.transact(async (transaction) => {
        await add(backend, [trial.job({ id: 'a', payload: 'first' })], transaction);
        const again = await add(backend, [trial.job({ id: 'a', payload: 'second' })], transaction);
        expect(again).toMatchObject([
          { id: 'a', outcome: 'duplicate', existing: { id: 'a', payload: 'first' } },
        ]);
        return 'commit';
      });
      expect(await trial.get(backend, 'a')).toMatchObject({ payload: 'first', status: 'waiting' });
    });

    test(
      'stores jobs that wait for others at the commit, and nothing of them when it is rolled back',
      async (trial) => {
        const backend = await trial.open();
        const worker = await trial.work(backend);
        for (const end of ['rollback', 'commit'] as const) {
          await trial.transact(async (transaction) => {
            const jobs = [...trial.jobs('a', 'b'), dependent(trial, 'c', ['a', 'b'])];
            const added = await backend.workflows?.add({ jobs, transaction });
            expect(added?.map(({ outcome }) => outcome)).toEqual(['added', 'added', 'added']);
            await backend.workflows?.add({ jobs: [dependent(trial, 'd', ['c'])], transaction });
            return end;
          });
          if (end === 'commit') continue;
          expect(await backend.counts()).toMatchObject({ waiting: 0, blocked: 0, completed: 0 });
          expect(worker.runs).toHaveLength(0);
        }
        expect(await trial.reaches(backend, 'd', 'completed')).toMatchObject({
          dependencies: { total: 1, open: 0, failed: 0 },
        });
        expect(await backend.counts()).toMatchObject({ blocked: 0, completed: 4 });
      },
      { needs: 'workflows' },
    );

    test('completes a job at the commit, and tells everybody then', async (trial) => {
      const { lockMs } = trial.time;
      const [one, other] = [await trial.open(), await trial.open()];
      const worker = await trial.work(one, { run: 'hold', lockMs });
      await trial.add(one, ...trial.jobs('a'));
      const run = await worker.started();
      await trial.transact(async (transaction) => {
        const { lease } = run;
        expect(await one.completeIn?.({ lease, result: { n: 1 }, transaction })).toBe(true);
        expect((await other.get({ id: 'a' }))?.status).toBe('active');
        return 'commit';
      });
      expect(await trial.get(other, 'a')).toMatchObject({
        status: 'completed',
        result: { n: 1 },
        attemptsMade: 1,
      });
      expect(await other.counts()).toMatchObject({ active: 0, completed: 1 });
      await trial.time.pass(lockMs);
      expect(run.aborts).toEqual([]);
    });

    test('leaves a job active whose completion was rolled back', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, ...trial.jobs('a'));
      const run = await worker.started();
      await trial.transact(async (transaction) => {
        await backend.completeIn?.({ lease: run.lease, result: 1, transaction });
        return 'rollback';
      });
      expect((await trial.get(backend, 'a')).status).toBe('active');
      run.end({ type: 'complete', result: 2 });
      expect(await trial.reaches(backend, 'a', 'completed')).toMatchObject({ result: 2 });
    });

    test('refuses to complete what is not held', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, ...trial.jobs('a'));
      const { lease } = await worker.started();
      const other = { ...lease, fencingToken: lease.fencingToken + 1 };
      await trial.transact(async (transaction) => {
        expect(await backend.completeIn?.({ lease: other, result: 1, transaction })).toBe(false);
        return 'commit';
      });
      expect((await trial.get(backend, 'a')).status).toBe('active');
    });
  },
};
