import type { AttemptFailure } from '@philjs/jobs-core';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';
import type { RunEnding } from '../test-worker.ts';

/** The errors of a first and a second attempt. */
const FAILURES: readonly [AttemptFailure, AttemptFailure] = [
  {
    attempt: 1,
    startedAt: 1_000,
    failedAt: 2_500,
    error: {
      name: 'TypeError',
      message: 'é\ud800 "one"',
      code: 'E_ONE',
      stack: 'TypeError: one\n    at file.ts:1:1',
      cause: { name: 'Error', message: 'deep' },
    },
  },
  { attempt: 2, startedAt: 3_000, failedAt: 3_001, error: { name: 'Error', message: 'two' } },
];
const [FIRST, SECOND] = FAILURES;

/** Ends the first attempt with a retry, as core would. */
function retryAt(runAt: number): RunEnding {
  return { type: 'retry', error: FIRST.error, failures: [FIRST], runAt };
}

/** Fails for good at the second attempt. */
const FAIL: RunEnding = {
  type: 'fail',
  error: SECOND.error,
  failures: FAILURES,
  attemptUsed: true,
};

/** The failures of earlier attempts stay with the job. */
export const remembering: BackendGroup = {
  title: 'remembering failures',
  tests: (test) => {
    test('keeps the failures of every attempt as they are listed', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, ...trial.jobs('a'));
      // So long that it is still delayed when a busy machine looks at it.
      (await worker.started()).end(retryAt(trial.time.now() + 86_400_000));
      expect((await trial.reaches(backend, 'a', 'delayed')).failures).toEqual([FIRST]);
      expect(await backend.promote({ ids: ['a'] })).toBe(1);
      const again = await worker.started(1);
      expect(again.job.failures).toEqual([FIRST]);
      again.end(FAIL);
      expect((await trial.reaches(backend, 'a', 'failed')).failures).toEqual(FAILURES);
      const [listed] = await trial.list(backend, ['failed']);
      expect(listed?.failures).toEqual(FAILURES);
    });

    test('keeps the failures of a job that completes later', async (trial) => {
      const backend = await trial.open();
      const endings: RunEnding[] = [retryAt(trial.time.now())];
      await trial.work(backend, { run: (run) => run.end(endings.shift()) });
      await trial.add(backend, ...trial.jobs('a'));
      const job = await trial.reaches(backend, 'a', 'completed');
      expect(job).toMatchObject({ attemptsMade: 2, failures: [FIRST] });
      expect(job).not.toHaveProperty('error');
    });

    test('keeps failures through a snooze, and through the loss of the worker', async (trial) => {
      const { time } = trial;
      const [one, other] = [await trial.open(), await trial.open()];
      const endings: RunEnding[] = [
        retryAt(time.now()),
        { type: 'snooze', reason: 'snoozed', runAt: time.now() },
      ];
      const dead = await trial.work(one, {
        lockMs: time.lockMs,
        run: (run) => {
          const ending = endings.shift();
          if (ending !== undefined) run.end(ending);
        },
      });
      await trial.add(one, ...trial.jobs('a'));
      expect((await dead.started(2)).job.failures).toEqual([FIRST]);
      await one.close({ force: true });
      const alive = await trial.work(other, { run: 'hold', lockMs: time.lockMs });
      await time.until('it is redelivered', () => alive.runs.length === 1, 4 * time.lockMs);
      expect(alive.runs[0]?.job).toMatchObject({ stalledCount: 1, failures: [FIRST] });
      alive.runs[0]?.end(FAIL);
      expect((await trial.reaches(other, 'a', 'failed')).failures).toEqual(FAILURES);
    });

    test('adds none to a job that fails unstarted', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold', concurrency: 2 });
      await trial.add(backend, ...trial.jobs('refused', 'cancelled'));
      await worker.started(1);
      const [refused, cancelled] = worker.runs;
      cancelled?.end(retryAt(trial.time.now() + 86_400_000));
      await trial.reaches(backend, 'cancelled', 'delayed');
      const { error } = SECOND;
      expect(await backend.cancel({ id: 'cancelled', error })).toBe('cancelled');
      refused?.end({ type: 'fail', error, failures: [], attemptUsed: false });
      const failed = await trial.reaches(backend, 'refused', 'failed');
      expect(failed.failures ?? []).toEqual([]);
      const job = await trial.reaches(backend, 'cancelled', 'cancelled');
      expect(job).toMatchObject({ error, failures: [FIRST] });
    });

    test('forgets the failures of a job that is retried by hand', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, ...trial.jobs('a'));
      (await worker.started()).end(retryAt(trial.time.now()));
      (await worker.started(1)).end(FAIL);
      await trial.reaches(backend, 'a', 'failed');
      await backend.setPaused({ paused: true });
      expect(await backend.retry({ ids: ['a'] })).toBe(1);
      expect((await trial.get(backend, 'a')).failures ?? []).toEqual([]);
      await backend.setPaused({ paused: false });
      expect((await worker.started(2)).job.failures ?? []).toEqual([]);
    });

    test('hands out copies of failures', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, ...trial.jobs('a'));
      (await worker.started()).end(retryAt(trial.time.now()));
      const { job } = await worker.started(1);
      for (const record of [job, await trial.get(backend, 'a')]) {
        const failures = record.failures as unknown as { attempt: number }[];
        Object.assign(failures[0] as object, { attempt: 99 });
        failures.length = 0;
      }
      expect((await trial.get(backend, 'a')).failures).toEqual([FIRST]);
    });
  },
};
