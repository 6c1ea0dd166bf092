import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';
import type { RunEnding } from '../test-worker.ts';

const error = { name: 'TypeError', message: 'no', code: 'E_NO' } as const;
/** Longer than any test: a job put off so long is still delayed when a busy machine looks at it. */
const FAR_MS = 86_400_000;

/** A backend records an outcome as core decided it. */
export const recording: BackendGroup = {
  title: 'recording outcomes',
  tests: (test) => {
    test('complete: keeps the result and counts the attempt', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, ...trial.jobs('a'));
      const run = await worker.started();
      await trial.time.pass(20);
      run.end({ type: 'complete', result: { rows: 3 } });
      const job = await trial.reaches(backend, 'a', 'completed');
      expect(job).toMatchObject({ result: { rows: 3 }, attemptsMade: 1, fencingToken: 1 });
      expect(job.finishedAt).toBeGreaterThanOrEqual(
        (job.processedAt ?? 0) + 20 - trial.time.precisionMs,
      );
      expect(job.finishedAt).toBeLessThanOrEqual(trial.time.now() + trial.time.precisionMs);
      expect(job).not.toHaveProperty('error');
    });

    test('fail: keeps the error and counts the attempt', async (trial) => {
      const backend = await trial.open();
      await trial.work(backend, {
        run: (run) => run.end({ type: 'fail', error, attemptUsed: true }),
      });
      await trial.add(backend, ...trial.jobs('a'));
      const job = await trial.reaches(backend, 'a', 'failed');
      expect(job).toMatchObject({ error, attemptsMade: 1 });
      expect(job.finishedAt).toBeLessThanOrEqual(trial.time.now() + trial.time.precisionMs);
      expect(job).not.toHaveProperty('result');
    });

    test('fail: counts no attempt when none was used', async (trial) => {
      const backend = await trial.open();
      await trial.work(backend, {
        run: (run) => run.end({ type: 'fail', error, attemptUsed: false }),
      });
      await trial.add(backend, ...trial.jobs('a'));
      expect(await trial.reaches(backend, 'a', 'failed')).toMatchObject({ error, attemptsMade: 0 });
    });

    test('retry: puts the job back with its payload, the error and one attempt more', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(
        backend,
        trial.job({ id: 'a', payload: { keep: 'me' }, metadata: { keep: 1 } }),
      );
      const run = await worker.started();
      const runAt = trial.time.now() + FAR_MS;
      run.end({ type: 'retry', error, runAt });
      const job = await trial.reaches(backend, 'a', 'delayed');
      expect(job).toMatchObject({ runAt, error, attemptsMade: 1, payload: { keep: 'me' } });
      expect(job).not.toHaveProperty('finishedAt');
      expect(await backend.promote({ ids: ['a'] })).toBe(1);
      const again = await worker.started(1);
      expect(again.job).toMatchObject({
        payload: { keep: 'me' },
        metadata: { keep: 1 },
        error,
        attemptsMade: 1,
        fencingToken: 2,
      });
    });

    test('retry: makes the job wait at once when its time has come', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, ...trial.jobs('a'));
      (await worker.started()).end({ type: 'retry', error, runAt: trial.time.now() });
      expect((await worker.started(1)).job).toMatchObject({ attemptsMade: 1, fencingToken: 2 });
    });

    test('snooze: puts the job back with the reason and uses no attempt', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, trial.job({ id: 'a', payload: { keep: 'me' } }));
      const run = await worker.started();
      const runAt = trial.time.now() + FAR_MS;
      run.end({ type: 'snooze', reason: 'rate-limit', runAt });
      const job = await trial.reaches(backend, 'a', 'delayed');
      expect(job).toMatchObject({ runAt, snoozeReason: 'rate-limit', attemptsMade: 0 });
      expect(job).not.toHaveProperty('error');
      expect(await backend.promote({ ids: ['a'] })).toBe(1);
      const again = await worker.started(1);
      expect(again.job).toMatchObject({
        payload: { keep: 'me' },
        attemptsMade: 0,
        fencingToken: 2,
      });
      again.end();
      expect(await trial.reaches(backend, 'a', 'completed')).not.toHaveProperty('snoozeReason');
    });

    test('forgets why a job was put off once its next attempt has failed', async (trial) => {
      const backend = await trial.open();
      const outcomes: RunEnding[] = [
        { type: 'snooze', reason: 'snoozed', runAt: trial.time.now() },
        { type: 'retry', error, runAt: trial.time.now() + FAR_MS },
      ];
      const worker = await trial.work(backend, { run: (run) => run.end(outcomes.shift()) });
      await trial.add(backend, ...trial.jobs('a'));
      await worker.started(1);
      expect(await trial.reaches(backend, 'a', 'delayed')).not.toHaveProperty('snoozeReason');
    });

    for (const type of ['fail', 'cancel'] as const) {
      test(`forgets why a job was put off once it has ended with \`${type}\``, async (trial) => {
        const backend = await trial.open();
        const outcomes: RunEnding[] = [
          { type: 'snooze', reason: 'snoozed', runAt: trial.time.now() },
          { type, error, attemptUsed: true },
        ];
        await trial.work(backend, { run: (run) => run.end(outcomes.shift()) });
        await trial.add(backend, ...trial.jobs('a'));
        const ended = await trial.reaches(backend, 'a', type === 'fail' ? 'failed' : 'cancelled');
        expect(ended).not.toHaveProperty('snoozeReason');
      });
    }

    test('keeps the error of an earlier attempt through a snooze', async (trial) => {
      const backend = await trial.open();
      const outcomes: RunEnding[] = [
        { type: 'retry', error, runAt: trial.time.now() },
        { type: 'snooze', reason: 'snoozed', runAt: trial.time.now() + FAR_MS },
      ];
      await trial.work(backend, { run: (run) => run.end(outcomes.shift()) });
      await trial.add(backend, ...trial.jobs('a'));
      const isSnoozed = async (): Promise<boolean> =>
        (await trial.get(backend, 'a')).snoozeReason === 'snoozed';
      await trial.time.until('it is snoozed', isSnoozed);
      expect(await trial.get(backend, 'a')).toMatchObject({ error, attemptsMade: 1 });
    });

    test('counts attempts, and starts by a token that only grows', async (trial) => {
      const backend = await trial.open();
      const now = trial.time.now();
      const outcomes: RunEnding[] = [
        { type: 'retry', error, runAt: now },
        { type: 'snooze', reason: 'snoozed', runAt: now },
        { type: 'snooze', reason: 'unknown-job', runAt: now },
        { type: 'retry', error, runAt: now },
        { type: 'complete', result: undefined },
      ];
      const worker = await trial.work(backend, { run: (run) => run.end(outcomes.shift()) });
      await trial.add(backend, ...trial.jobs('a'));
      expect(await trial.reaches(backend, 'a', 'completed')).toMatchObject({
        attemptsMade: 3,
        fencingToken: 5,
      });
      expect(worker.runs.map(({ job }) => [job.attemptsMade, job.fencingToken])).toEqual([
        [0, 1],
        [1, 2],
        [1, 3],
        [1, 4],
        [2, 5],
      ]);
    });

    test('frees the slot whatever the outcome', async (trial) => {
      const backend = await trial.open();
      const later = trial.time.now() + FAR_MS;
      const outcomes: RunEnding[] = [
        { type: 'complete', result: 1 },
        { type: 'fail', error, attemptUsed: true },
        { type: 'retry', error, runAt: later },
        { type: 'snooze', reason: 'snoozed', runAt: later },
        { type: 'complete', result: 2 },
      ];
      const worker = await trial.work(backend, { run: (run) => run.end(outcomes.shift()) });
      await trial.add(backend, ...trial.jobs('a', 'b', 'c', 'd', 'e'));
      await trial.reaches(backend, 'e', 'completed');
      expect(worker.ids).toEqual(['a', 'b', 'c', 'd', 'e']);
      expect(await backend.counts()).toMatchObject({
        completed: 2,
        failed: 1,
        delayed: 2,
        active: 0,
      });
    });
  },
};
