import { JOB_STATUSES } from '@philjs/jobs-core';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';
import type { BackendTrial } from '../backend-trial.ts';
import { failIfDoomed, type Run } from '../test-worker.ts';
import { addFlow, dependent } from './depending.ts';

const error = { name: 'Error', message: 'no' } as const;
const cancelled = { name: 'JobsError', message: 'stop', code: 'JOBS_CANCELLED' } as const;
const fail = { type: 'fail', error, attemptUsed: true } as const;

/** Holds all runs but those that are to fail for another job. */
const held = { run: failIfDoomed('hold'), concurrency: 5 } as const;

async function until(trial: BackendTrial, what: string, isSo: () => Promise<boolean>) {
  await trial.time.until(what, isSo);
}

/** Jobs that wait for others, which fail, are cancelled or are removed. */
export const failingDependants: BackendGroup = {
  title: 'waiting for jobs that fail',
  needs: 'workflows',
  tests: (test) => {
    test('depends: hands out a job to fail as soon as one it waits for has failed', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, held);
      await addFlow(
        backend,
        ...trial.jobs('a', 'b'),
        dependent(trial, 'c', ['a', 'b']),
        dependent(trial, 'd', ['c']),
      );
      await worker.started(1);
      worker.runs[0]?.end(fail);
      await trial.reaches(backend, 'c', 'failed');
      const last = await trial.reaches(backend, 'd', 'failed');
      expect(last).toMatchObject({ attemptsMade: 0, dependencies: { total: 1, failed: 1 } });
      expect(await backend.counts()).toMatchObject({ active: 1, failed: 3, blocked: 0 });
    });

    test('depends: hands out jobs to fail beyond a pause and a full worker', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: failIfDoomed('hold'), concurrency: 1 });
      await addFlow(backend, ...trial.jobs('a', 'b', 'c'), dependent(trial, 'd', ['b']));
      await worker.started();
      await backend.setPaused({ paused: true });
      await backend.cancel({ id: 'b', error: cancelled });
      worker.runs[0]?.end();
      await trial.reaches(backend, 'd', 'failed');
      await trial.reaches(backend, 'a', 'completed');
      expect(await backend.counts()).toMatchObject({ waiting: 1, active: 0, cancelled: 1 });
    });

    test(
      'depends: failing a job for another one frees no slot of its limit',
      async (trial) => {
        const backend = await trial.open();
        const limits = new Map([['one', { concurrency: 1 }]]);
        const worker = await trial.work(backend, { ...held, limits });
        const one = { name: 'one' } as const;
        await addFlow(
          backend,
          trial.job({ id: 'a', ...one }),
          trial.job({ id: 'b', delay: 86_400_000 }),
          dependent(trial, 'c', ['b'], one),
          trial.job({ id: 'd', ...one }),
        );
        const first = await worker.started();
        await backend.cancel({ id: 'b', error: cancelled });
        await trial.reaches(backend, 'c', 'failed');
        await trial.time.settle();
        expect(await trial.get(backend, 'd')).toMatchObject({ status: 'waiting' });
        first.end();
        await trial.reaches(backend, 'd', 'active');
      },
      { needs: 'limits' },
    );

    test('depends: blocks a job again that was to fail for one that is retried meanwhile', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold', concurrency: 5 });
      await addFlow(backend, ...trial.jobs('a'), dependent(trial, 'b', ['a']));
      (await worker.started()).end(fail);
      const doomed = await worker.started(1);
      expect(doomed.id).toBe('b');
      await backend.retry({ ids: ['a'] });
      doomed.end({ type: 'fail', error, attemptUsed: false });
      await trial.reaches(backend, 'b', 'blocked');
      (await worker.started(2)).end();
      (await worker.started(3)).end();
      await trial.reaches(backend, 'b', 'completed');
    });

    test('depends: hands out no job to fail to a worker that stops', async (trial) => {
      const backend = await trial.open();
      const options = { run: failIfDoomed('hold'), concurrency: 1 } as const;
      const stopping = await trial.work(backend, options);
      await addFlow(backend, ...trial.jobs('a', 'b'), dependent(trial, 'c', ['b']));
      const run = await stopping.started();
      const stopped = stopping.stop(trial.time.lockMs);
      await backend.cancel({ id: 'b', error: cancelled });
      run.end();
      await trial.time.finish('it stops', stopped);
      expect(await trial.get(backend, 'c')).toMatchObject({ status: 'blocked', fencingToken: 0 });
      await trial.work(backend, options);
      await trial.reaches(backend, 'c', 'failed');
    });

    test('depends: with `continue` runs a job when all have ended, however', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, held);
      const onDependencyFailure = 'continue';
      const waits = dependent(trial, 'd', ['a', 'b', 'c'], { onDependencyFailure });
      await addFlow(backend, ...trial.jobs('a', 'b', 'c'), waits);
      await worker.started(2);
      const runs = new Map(worker.runs.map((run) => [run.id, run]));
      runs.get('a')?.end(fail);
      runs.get('b')?.end({ type: 'cancel', error: cancelled, attemptUsed: true });
      await trial.reaches(backend, 'a', 'failed');
      await trial.reaches(backend, 'b', 'cancelled');
      expect(await trial.get(backend, 'd')).toMatchObject({ status: 'blocked' });
      runs.get('c')?.end();
      expect((await worker.started(3)).job).toMatchObject({
        id: 'd',
        dependencies: { total: 3, open: 0, failed: 2, tolerated: 2 },
      });
    });

    test('depends: keeps no more failed jobs than it may once no job waits for them', async (trial) => {
      const backend = await trial.open();
      const run = (each: Run): void => {
        if (each.id !== 'd') each.end(fail);
      };
      const worker = await trial.work(backend, { run });
      const keepFailed = { ageMs: 1_000_000_000, count: 2 };
      const ids = ['a', 'b', 'c', 'e', 'f'];
      const jobs = ids.map((id) => trial.job({ id, keepFailed }));
      const waits = dependent(trial, 'd', ids, { onDependencyFailure: 'continue' });
      await addFlow(backend, ...jobs, waits);
      const last = await worker.started(5);
      // Long enough for the retention of those that failed, where that follows later.
      await trial.time.pass(500);
      expect(await backend.counts()).toMatchObject({ failed: 5 });
      last.end();
      await trial.time.until('those too many are gone', async () => {
        return (await backend.counts()).failed === 2;
      });
      const left = await trial.list(backend, ['failed']);
      expect(left.map(({ id }) => id)).toEqual(['e', 'f']);
    });

    for (const how of ['cancel', 'remove', 'clear'] as const) {
      test(`depends: ${how} of what waits for failed jobs leaves no more of them than may stay`, async (trial) => {
        const backend = await trial.open();
        await trial.work(backend, { run: (each) => each.end(fail) });
        const keepFailed = { ageMs: 1_000_000_000, count: 2 };
        const ids = ['a', 'b', 'c', 'e'];
        const jobs = ids.map((id) => trial.job({ id, keepFailed }));
        const later = trial.job({ id: 'later', delay: 86_400_000 });
        const waits = dependent(trial, 'd', [...ids, 'later'], { onDependencyFailure: 'continue' });
        await addFlow(backend, ...jobs, later, waits);
        const isFailed = async (count: number): Promise<boolean> =>
          (await backend.counts()).failed === count;
        await trial.time.until('all have failed', () => isFailed(4));
        await trial.time.pass(500);
        expect(await isFailed(4)).toBe(true);
        if (how === 'cancel') await backend.cancel({ id: 'd', error: cancelled });
        else if (how === 'remove') await backend.remove({ ids: ['d'] });
        else await backend.clear({ statuses: ['blocked'] });
        await trial.time.until('those too many are gone', () => isFailed(2));
      });
    }

    for (const how of ['end', 'cancel', 'remove', 'clear'] as const) {
      test(`depends: ${how} of what waits in another queue leaves no more failed jobs than may stay`, async (trial) => {
        const backend = await trial.open();
        const other = await trial.open(`${trial.queueName}-other`);
        const last = await trial.work(other, { run: 'hold' });
        const keepFailed = { ageMs: 1_000_000_000, count: 2 };
        const jobs = ['a', 'b', 'c', 'e'].map((id) => trial.job({ id, keepFailed }));
        await addFlow(backend, ...jobs);
        const waited = jobs.map(({ id }) => ({ queueName: trial.queueName, id }));
        const later = { queueName: `${trial.queueName}-other`, id: 'later' };
        await trial.add(other, trial.job({ id: 'later', delay: 86_400_000 }));
        const onDependencyFailure = 'continue';
        const waitsFor = how === 'end' ? waited : [...waited, later];
        await addFlow(other, dependent(trial, 'd', waitsFor, { onDependencyFailure }));
        await trial.work(backend, { run: (each) => each.end(fail) });
        const isFailed = async (count: number): Promise<boolean> =>
          (await backend.counts()).failed === count;
        await trial.time.until('all have failed', () => isFailed(4));
        await trial.time.pass(500);
        expect(await isFailed(4)).toBe(true);
        if (how === 'end') (await last.started()).end();
        else if (how === 'cancel') await other.cancel({ id: 'd', error: cancelled });
        else if (how === 'remove') await other.remove({ ids: ['d'] });
        else await other.clear({ statuses: ['blocked'] });
        await trial.time.until('those too many are gone', () => isFailed(2));
      });
    }

    for (const how of ['cancel', 'remove', 'clear'] as const) {
      test(`depends: ${how} of what a job waits for fails it, or lets it go on`, async (trial) => {
        const backend = await trial.open();
        await trial.add(backend, trial.job({ id: 'a', delay: 1_000_000 }));
        const onDependencyFailure = 'continue';
        await addFlow(
          backend,
          dependent(trial, 'fails', ['a']),
          dependent(trial, 'goes on', ['a'], { onDependencyFailure }),
        );
        await trial.work(backend, { ...held, run: failIfDoomed(undefined) });
        if (how === 'cancel') await backend.cancel({ id: 'a', error: cancelled });
        else if (how === 'remove') await backend.remove({ ids: ['a'] });
        else await backend.clear({ statuses: ['delayed'] });
        await trial.reaches(backend, 'fails', 'failed');
        await trial.reaches(backend, 'goes on', 'completed');
        const job = { queueName: trial.queueName, id: 'fails' };
        const page = await backend.workflows?.dependencies({ job, limit: 1 });
        const status = how === 'cancel' ? 'cancelled' : 'removed';
        expect(page?.dependencies).toMatchObject([{ id: 'a', status }]);
      });
    }

    test('depends: tells of which jobs a failure does not fail the one that waits', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, held);
      await addFlow(
        backend,
        ...trial.jobs('a'),
        dependent(trial, 'b', ['a'], { onDependencyFailure: 'continue' }),
        dependent(trial, 'c', ['a']),
      );
      (await worker.started()).end(fail);
      await trial.reaches(backend, 'a', 'failed');
      const started = async (id: string): Promise<Run> => {
        await trial.time.until(`${id} starts`, () => worker.ids.includes(id));
        return worker.runs.find((one) => one.id === id) as Run;
      };
      const { lease } = await started('b');
      for (const [id, onDependencyFailure] of [
        ['d', 'fail'],
        ['e', 'continue'],
      ] as const) {
        const jobs = [trial.job({ id, delay: 1_000_000 })];
        await backend.workflows?.addChildren({ lease, jobs, onDependencyFailure });
      }
      const tolerated = async (id: string): Promise<unknown> => {
        const job = { queueName: trial.queueName, id };
        const page = await backend.workflows?.dependencies({ job, unmet: true, limit: 10 });
        return page?.dependencies.map((one) => [one.id, one.isTolerated]);
      };
      expect(await tolerated('b')).toEqual([
        ['a', true],
        ['d', undefined],
        ['e', true],
      ]);
      expect(await tolerated('c')).toEqual([['a', undefined]]);
    });

    test('depends: cancels a blocked job, which is no failure of what it waits for', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, held);
      await addFlow(backend, ...trial.jobs('a'), dependent(trial, 'b', ['a']));
      await worker.started();
      expect(await backend.cancel({ id: 'b', error: cancelled })).toBe('cancelled');
      worker.runs[0]?.end();
      await trial.reaches(backend, 'a', 'completed');
      expect(await trial.get(backend, 'b')).toMatchObject({ status: 'cancelled' });
      expect(worker.runs).toHaveLength(1);
    });

    test('depends: a retry brings back the jobs that failed for it, down the chain', async (trial) => {
      const backend = await trial.open();
      let isWell = false;
      const run = (one: Run): void => one.end(isWell || one.id !== 'a' ? undefined : fail);
      const worker = await trial.work(backend, { run: failIfDoomed(run), concurrency: 5 });
      const chain = [dependent(trial, 'b', ['a']), dependent(trial, 'c', ['b'])];
      await addFlow(backend, ...trial.jobs('a'), ...chain);
      await trial.reaches(backend, 'c', 'failed');
      isWell = true;
      expect(await backend.retry({ ids: ['a'] })).toBe(1);
      const last = await trial.reaches(backend, 'c', 'completed');
      expect(last).not.toHaveProperty('error');
      expect(worker.ids.filter((id) => id === 'a')).toHaveLength(2);
      expect(await backend.counts()).toMatchObject({ completed: 3, failed: 0, blocked: 0 });
    });

    for (const ids of [
      ['a', 'b', 'c'],
      ['c', 'b', 'a'],
    ]) {
      test(`depends: a retry of ${ids} at once counts each, and keeps none for ever`, async (trial) => {
        const backend = await trial.open();
        let isWell = false;
        const run = (one: Run): void => one.end(isWell || one.id !== 'a' ? undefined : fail);
        await trial.work(backend, { run: failIfDoomed(run), concurrency: 5 });
        const keepCompleted = { ageMs: 0, count: 0 };
        await addFlow(
          backend,
          trial.job({ id: 'a', keepCompleted }),
          dependent(trial, 'b', ['a'], { keepCompleted }),
          dependent(trial, 'c', ['b'], { keepCompleted }),
        );
        await until(trial, 'all failed', async () => (await backend.counts()).failed === 3);
        isWell = true;
        expect(await backend.retry({ ids })).toBe(3);
        await until(trial, 'all are gone', async () => {
          return (await trial.list(backend, JOB_STATUSES)).length === 0;
        });
      });
    }

    for (const keepFailed of [
      { ageMs: 1_000_000_000, count: 2 },
      { ageMs: 1_000_000_000, count: 100, total: 3 },
    ]) {
      const limit = 'total' in keepFailed ? 'of all names' : 'of a name';
      test(`depends: keeps no more failed jobs ${limit} than may stay after one was retried`, async (trial) => {
        const backend = await trial.open();
        await trial.work(backend, { run: failIfDoomed((one) => one.end(fail)), concurrency: 5 });
        const failing = (id: string) => trial.job({ id, name: 'failing', keepFailed });
        await addFlow(backend, failing('a'), dependent(trial, 'b', ['a'], { keepFailed }));
        await trial.add(backend, failing('c'));
        const haveFailed = async () => (await backend.counts()).failed === 3;
        await until(trial, 'all failed', haveFailed);
        const { fencingToken } = await trial.get(backend, 'b');
        await backend.retry({ ids: ['a'] });
        await until(trial, 'both failed again', async () => {
          const { status, fencingToken: token } = await trial.get(backend, 'b');
          return status === 'failed' && token > fencingToken;
        });
        await trial.add(backend, failing('d'));
        await trial.reaches(backend, 'd', 'failed');
        await until(trial, 'one is gone', haveFailed);
      });
    }

    test('depends: a job is back once the last that failed it is retried', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, held);
      await addFlow(backend, ...trial.jobs('a', 'b'), dependent(trial, 'c', ['a', 'b']));
      await worker.started(1);
      for (const run of worker.runs.slice(0, 2)) run.end(fail);
      await trial.reaches(backend, 'c', 'failed');
      await until(trial, 'both failed', async () => (await backend.counts()).failed === 3);
      await backend.retry({ ids: ['a'] });
      expect(await trial.get(backend, 'c')).toMatchObject({ status: 'failed' });
      await backend.retry({ ids: ['b'] });
      expect(await trial.get(backend, 'c')).toMatchObject({
        status: 'blocked',
        dependencies: { open: 2, failed: 0 },
      });
    });

    test('depends: a retried job fails again as long as what it waits for has failed', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, held);
      await addFlow(backend, ...trial.jobs('a'), dependent(trial, 'b', ['a']));
      (await worker.started()).end(fail);
      await trial.reaches(backend, 'b', 'failed');
      const { fencingToken } = await trial.get(backend, 'b');
      expect(await backend.retry({ ids: ['b'] })).toBe(1);
      await until(trial, 'it failed again', async () => {
        const job = await trial.get(backend, 'b');
        return job.status === 'failed' && job.fencingToken > fencingToken;
      });
    });

    test('depends: takes back a job to fail whose worker died', async (trial) => {
      const { lockMs } = trial.time;
      const backend = await trial.open();
      const dying = await trial.open();
      await trial.work(dying, { run: 'hold', concurrency: 2, lockMs });
      await addFlow(dying, ...trial.jobs('a'), dependent(trial, 'b', ['a']));
      await trial.reaches(backend, 'a', 'active');
      await backend.cancel({ id: 'a', error: cancelled, force: true });
      await trial.reaches(backend, 'b', 'active');
      await dying.close({ force: true });
      await trial.work(backend, { ...held, lockMs });
      await trial.reaches(backend, 'b', 'failed');
    });
  },
};
