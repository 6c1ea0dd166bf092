import type { SerializedError } from '@philjs/jobs-core';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';

const error: SerializedError = {
  name: 'JobsError',
  code: 'JOBS_CANCELLED',
  message: 'The job was cancelled: changed my mind',
};
const reason = 'changed my mind';
const cancel = { type: 'cancel', error, attemptUsed: true } as const;

/** A waiting job never starts; the worker of an active one is notified, wherever it runs (promise 10). */
export const cancelling: BackendGroup = {
  title: 'cancelling',
  tests: (test) => {
    for (const state of ['waiting', 'delayed'] as const) {
      test(`cancels a ${state} job, which then never starts`, async (trial) => {
        const { time } = trial;
        const backend = await trial.open();
        const delay = state === 'delayed' ? time.delayMs : 0;
        await trial.add(backend, trial.job({ id: 'a', delay }), trial.job({ id: 'b', delay }));
        expect(await backend.cancel({ id: 'a', reason, error })).toBe('cancelled');
        expect(await trial.get(backend, 'a')).toMatchObject({
          status: 'cancelled',
          error,
          attemptsMade: 0,
          finishedAt: expect.any(Number),
        });
        const worker = await trial.work(await trial.open());
        await trial.reaches(backend, 'b', 'completed');
        await time.pass(time.delayMs);
        expect(worker.ids).toEqual(['b']);
        expect(await backend.counts()).toMatchObject({
          cancelled: 1,
          failed: 0,
          completed: 1,
          waiting: 0,
          delayed: 0,
        });
      });
    }

    test('cancels a job only while it is in a state asked for', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, ...trial.jobs('a', 'b'));
      const run = await worker.started();
      const statuses = ['waiting', 'delayed'] as const;
      expect(await backend.cancel({ id: 'a', statuses, error })).toBe('other-status');
      expect((await trial.get(backend, 'a')).cancelRequested).toBeUndefined();
      const active = { statuses: ['active'], error } as const;
      expect(await backend.cancel({ id: 'b', ...active })).toBe('other-status');
      expect((await trial.get(backend, 'b')).status).toBe('waiting');
      expect(await backend.cancel({ id: 'b', statuses, error })).toBe('cancelled');
      expect(await backend.cancel({ id: 'b', statuses, error })).toBe('finished');
      expect(await backend.cancel({ id: 'nobody', statuses, error })).toBe('not-found');
      expect(run.aborts).toEqual([]);
      expect(await backend.cancel({ id: 'a', ...active })).toBe('requested');
      await trial.time.until('it hears of it', () => run.aborts.length > 0);
      run.end(cancel);
      await trial.reaches(backend, 'a', 'cancelled');
    });

    test('cancels a job that waits for its next attempt', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, ...trial.jobs('a'));
      const run = await worker.started();
      const runAt = trial.time.now() + trial.time.delayMs;
      run.end({ type: 'retry', error: { name: 'Error', message: '' }, runAt });
      // With no worker it waits for its next attempt, although its time may have come meanwhile.
      await trial.time.finish('the worker stops', worker.stop(60_000));
      expect(await backend.cancel({ id: 'a', error })).toBe('cancelled');
      const next = await trial.work(backend);
      await trial.time.pass(2 * trial.time.delayMs);
      expect(await trial.get(backend, 'a')).toMatchObject({
        status: 'cancelled',
        error,
        attemptsMade: 1,
      });
      expect([worker.runs.length, next.runs.length]).toEqual([1, 0]);
    });

    for (const where of ['the same process', 'another process'] as const) {
      test(`tells an active job’s run of the wish, made by ${where}`, async (trial) => {
        const one = await trial.open();
        const from = where === 'another process' ? await trial.open() : one;
        const worker = await trial.work(one, { run: 'hold', concurrency: 2 });
        await trial.add(one, ...trial.jobs('other', 'a'));
        const [other, run] = [await worker.started(0), await worker.started(1)];
        expect(await from.cancel({ id: 'a', reason, error })).toBe('requested');
        await trial.time.until('it hears of it', () => run.aborts.length > 0);
        expect(run.aborts[0]).toMatchObject({ error: { code: 'JOBS_CANCELLED' }, force: false });
        expect(run.aborts[0]?.error.message).toContain(reason);
        expect(other.aborts).toEqual([]);
        expect(await trial.get(from, 'a')).toMatchObject({
          status: 'active',
          cancelRequested: { reason, force: false },
        });
        run.end(cancel);
        expect(await trial.reaches(from, 'a', 'cancelled')).toMatchObject({
          error,
          attemptsMade: 1,
          failures: [{ attempt: 1, error }],
        });
        expect(await from.counts()).toMatchObject({ active: 1, cancelled: 1, failed: 0 });
      });

      test(`ends an active job at once when forced by ${where}`, async (trial) => {
        const one = await trial.open();
        const from = where === 'another process' ? await trial.open() : one;
        const worker = await trial.work(one, { run: 'hold' });
        await trial.add(one, ...trial.jobs('a', 'b'));
        const run = await worker.started();
        expect(await from.cancel({ id: 'a', reason, force: true, error })).toBe('requested');
        expect(await trial.reaches(from, 'a', 'cancelled')).toMatchObject({
          error: { code: 'JOBS_CANCELLED' },
        });
        expect(run.aborts.at(-1)?.force).toBe(true);
        expect((await worker.started(1)).id).toBe('b');
      });
    }

    test('forces a job whose run did not end when it was asked to', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, ...trial.jobs('a'));
      const run = await worker.started();
      await backend.cancel({ id: 'a', error });
      await trial.time.until('it hears of it', () => run.aborts.length > 0);
      await backend.cancel({ id: 'a', force: true, error });
      expect(await trial.reaches(backend, 'a', 'cancelled')).toMatchObject({
        error: { code: 'JOBS_CANCELLED' },
      });
    });

    test('keeps what a run has done although it was to be cancelled', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, ...trial.jobs('a'));
      const run = await worker.started();
      await backend.cancel({ id: 'a', reason, error });
      await trial.time.until('it hears of it', () => run.aborts.length > 0);
      run.end({ type: 'complete', result: 'done' });
      const job = await trial.reaches(backend, 'a', 'completed');
      expect(job).toMatchObject({ result: 'done', attemptsMade: 1 });
      expect(job).not.toHaveProperty('error');
    });

    test('keeps the reason and the force of a wish that is made again without', async (trial) => {
      const [backend, other] = [await trial.open(), await trial.open()];
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, ...trial.jobs('a'));
      await worker.started();
      await backend.close({ force: true });
      for (const wish of [{ reason }, { force: true }, {}]) {
        expect(await other.cancel({ id: 'a', ...wish, error })).toBe('requested');
      }
      const { cancelRequested } = await trial.get(other, 'a');
      expect(cancelRequested).toMatchObject({ reason, force: true });
    });

    test('answers that a finished job has finished, and changes nothing', async (trial) => {
      const backend = await trial.open();
      const fail = {
        type: 'fail',
        error: { name: 'Error', message: '' },
        attemptUsed: true,
      } as const;
      await trial.work(backend, { run: (run) => run.end(run.id === 'a' ? undefined : fail) });
      await trial.add(backend, ...trial.jobs('a', 'b'));
      const before = [
        await trial.reaches(backend, 'a', 'completed'),
        await trial.reaches(backend, 'b', 'failed'),
      ];
      expect(await backend.cancel({ id: 'a', error })).toBe('finished');
      expect(await backend.cancel({ id: 'b', force: true, error })).toBe('finished');
      expect([await trial.get(backend, 'a'), await trial.get(backend, 'b')]).toEqual(before);
    });

    test('answers that a cancelled job has finished, and changes nothing', async (trial) => {
      const backend = await trial.open();
      await trial.add(backend, ...trial.jobs('a'));
      await backend.cancel({ id: 'a', reason, error });
      const before = await trial.get(backend, 'a');
      expect(await backend.cancel({ id: 'a', error: { ...error, message: 'again' } })).toBe(
        'finished',
      );
      expect(await trial.get(backend, 'a')).toEqual(before);
    });

    test('counts no attempt of a job that is cancelled before its handler ran', async (trial) => {
      const backend = await trial.open();
      await trial.work(backend, { run: (run) => run.end({ ...cancel, attemptUsed: false }) });
      await trial.add(backend, ...trial.jobs('a'));
      expect(await trial.reaches(backend, 'a', 'cancelled')).toMatchObject({
        error,
        attemptsMade: 0,
        fencingToken: 1,
      });
    });

    test('lists cancelled jobs by when they were cancelled, and among no others', async (trial) => {
      const backend = await trial.open();
      await trial.add(backend, ...trial.jobs('a', 'b', 'c'));
      for (const id of ['b', 'a']) {
        await backend.cancel({ id, error });
        await trial.time.pass(5);
      }
      const ids = async (status: 'cancelled' | 'failed' | 'completed'): Promise<string[]> =>
        (await trial.list(backend, [status])).map((job) => job.id);
      expect(await ids('cancelled')).toEqual(['b', 'a']);
      expect([await ids('failed'), await ids('completed')]).toEqual([[], []]);
      expect(await backend.remove({ ids: ['b'] })).toBe(1);
      expect(await ids('cancelled')).toEqual(['a']);
      expect((await backend.counts()).cancelled).toBe(1);
    });

    test('answers that there is no such job', async (trial) => {
      const backend = await trial.open();
      expect(await backend.cancel({ id: 'nobody', error })).toBe('not-found');
    });

    test('keeps the request for the worker that takes over from one that died', async (trial) => {
      const { time } = trial;
      const { lockMs } = time;
      const [one, other] = [await trial.open(), await trial.open()];
      const dead = await trial.work(one, { run: 'hold', lockMs });
      await trial.add(one, ...trial.jobs('a'));
      await dead.started();
      await one.close({ force: true });
      expect(await other.cancel({ id: 'a', reason, error })).toBe('requested');
      const alive = await trial.work(other, { run: 'hold', lockMs });
      await time.until('it is redelivered', () => alive.runs.length === 1, 4 * lockMs);
      expect(alive.runs[0]?.job.cancelRequested).toMatchObject({ reason });
    });

    test('runs a cancelled job again when it is retried, the wish forgotten', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, ...trial.jobs('a'));
      const run = await worker.started();
      await backend.cancel({ id: 'a', reason, error });
      run.end(cancel);
      await trial.reaches(backend, 'a', 'cancelled');
      expect(await backend.retry({ ids: ['a'] })).toBe(1);
      const again = await worker.started(1);
      expect(again.job).toMatchObject({ attemptsMade: 0, fencingToken: 2 });
      for (const gone of ['cancelRequested', 'error', 'failures', 'finishedAt'])
        expect(again.job).not.toHaveProperty(gone);
      expect((await backend.counts()).cancelled).toBe(0);
      await trial.time.settle();
      expect(again.aborts).toEqual([]);
    });
  },
};
