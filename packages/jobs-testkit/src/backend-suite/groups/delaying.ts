import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';

/** Never early, and on time when a slot is free (promise 5). */
export const delaying: BackendGroup = {
  title: 'delaying',
  tests: (test) => {
    test('never starts a delayed job early, and starts it on time', async (trial) => {
      const { time } = trial;
      const backend = await trial.open();
      const worker = await trial.work(backend, { concurrency: 5 });
      const delays = [1, 2, 3, 4].map((n) => (time.delayMs * n) / 2);
      await trial.add(backend, ...delays.map((delay) => trial.job({ delay })));
      await time.until('all have run', () => worker.runs.length === delays.length);
      for (const { job, startedAt } of worker.runs) {
        expect(startedAt).toBeGreaterThanOrEqual(job.runAt);
        expect(startedAt).toBeLessThanOrEqual(job.runAt + time.mostLateMs);
      }
    });

    test('never starts a job early that is tried again or put back', async (trial) => {
      const { time } = trial;
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, ...trial.jobs('a'));
      const error = { name: 'Error', message: '' };
      const retryAt = time.now() + time.delayMs;
      (await worker.started()).end({ type: 'retry', error, runAt: retryAt });
      const second = await worker.started(1);
      expect(second.startedAt).toBeGreaterThanOrEqual(retryAt);
      expect(second.startedAt).toBeLessThanOrEqual(retryAt + time.mostLateMs);
      const snoozeUntil = time.now() + time.delayMs;
      second.end({ type: 'snooze', reason: 'snoozed', runAt: snoozeUntil });
      const third = await worker.started(2);
      expect(third.startedAt).toBeGreaterThanOrEqual(snoozeUntil);
      expect(third.startedAt).toBeLessThanOrEqual(snoozeUntil + time.mostLateMs);
    });

    test('starts a near job on time though a far one was added before', async (trial) => {
      const { time } = trial;
      const backend = await trial.open();
      const worker = await trial.work(backend);
      await trial.add(backend, trial.job({ id: 'far', delay: 86_400_000 }));
      await time.settle();
      await trial.add(backend, trial.job({ id: 'near', delay: time.delayMs }));
      const { job, startedAt } = await worker.started();
      expect(job.id).toBe('near');
      expect(startedAt).toBeLessThanOrEqual(job.runAt + time.mostLateMs);
    });

    test('starts a job on time that another process added', async (trial) => {
      const { time } = trial;
      const [one, other] = [await trial.open(), await trial.open()];
      const worker = await trial.work(one);
      await time.settle();
      await trial.add(other, trial.job({ delay: time.delayMs }));
      const { job, startedAt } = await worker.started();
      expect(startedAt).toBeGreaterThanOrEqual(job.runAt);
      expect(startedAt).toBeLessThanOrEqual(job.runAt + time.mostLateMs);
    });

    test('runs jobs in the order in which they become due', async (trial) => {
      const { time } = trial;
      const backend = await trial.open();
      const worker = await trial.work(backend);
      const step = Math.ceil(time.delayMs / 2) + time.latenessMs;
      const jobs = [3, 1, 4, 2].map((n) => trial.job({ id: `${n}`, delay: n * step }));
      await trial.add(backend, ...jobs);
      await time.until('all have run', () => worker.runs.length === 4, 8 * step);
      expect(worker.ids).toEqual(['1', '2', '3', '4']);
    });

    test('runs what became due while no worker was there', async (trial) => {
      const { time } = trial;
      const backend = await trial.open();
      await trial.add(backend, ...[1, 2, 3].map((n) => trial.job({ id: `${n}`, delay: n })));
      await time.pass(time.delayMs);
      const worker = await trial.work(backend);
      await time.until('all have run', () => worker.runs.length === 3);
      expect(worker.ids).toEqual(['1', '2', '3']);
    });

    test('waits for a time that is years away', async (trial) => {
      const { time } = trial;
      const backend = await trial.open();
      const worker = await trial.work(backend);
      const delay = 5 * 366 * 86_400_000;
      await trial.add(backend, trial.job({ id: 'far', delay }));
      await time.pass(time.delayMs);
      expect(worker.runs).toHaveLength(0);
      expect(await trial.get(backend, 'far')).toMatchObject({ status: 'delayed' });
      if (!time.isVirtual) return;
      await time.jump(delay);
      await worker.started();
    });

    test('runs a delayed job at once when it is promoted', async (trial) => {
      const { time } = trial;
      const backend = await trial.open();
      const worker = await trial.work(backend);
      await trial.add(backend, trial.job({ id: 'far', delay: 86_400_000 }));
      await time.settle();
      expect(await backend.promote({ ids: ['far'] })).toBe(1);
      const run = await worker.started();
      expect(run.startedAt).toBeLessThanOrEqual(time.now());
      await trial.reaches(backend, 'far', 'completed');
    });
  },
};
