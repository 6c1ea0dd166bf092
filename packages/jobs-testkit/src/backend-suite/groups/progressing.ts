import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';

/** Progress is visible from other processes while the job runs (promise 14). */
export const progressing: BackendGroup = {
  title: 'reporting progress',
  tests: (test) => {
    test('shows the latest progress to other processes while the job runs', async (trial) => {
      const [one, other] = [await trial.open(), await trial.open()];
      const worker = await trial.work(one, { run: 'hold' });
      await trial.add(one, ...trial.jobs('a'));
      const { lease } = await worker.started();
      expect(await trial.get(other, 'a')).not.toHaveProperty('progress');
      for (const progress of [1, 0, { step: 'upload', parts: [1, 2] }, 99.5]) {
        expect(await one.setProgress({ lease, progress })).toBe(true);
        expect(await trial.get(other, 'a')).toMatchObject({ status: 'active', progress });
      }
    });

    test('keeps the progress of a job that has finished', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, ...trial.jobs('a'));
      const run = await worker.started();
      await backend.setProgress({ lease: run.lease, progress: 80 });
      run.end();
      expect((await trial.reaches(backend, 'a', 'completed')).progress).toBe(80);
    });

    test('refuses progress from a run that is over, and of unknown jobs', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, ...trial.jobs('a'));
      const first = await worker.started();
      first.end({ type: 'snooze', reason: 'snoozed', runAt: trial.time.now() });
      const second = await worker.started(1);
      expect(await backend.setProgress({ lease: first.lease, progress: 1 })).toBe(false);
      expect(await trial.get(backend, 'a')).not.toHaveProperty('progress');
      second.end();
      await trial.reaches(backend, 'a', 'completed');
      expect(await backend.setProgress({ lease: second.lease, progress: 2 })).toBe(false);
      const unknown = { id: 'nobody', fencingToken: 1 };
      expect(await backend.setProgress({ lease: unknown, progress: 3 })).toBe(false);
    });
  },
};
