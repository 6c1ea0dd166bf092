import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';

/** Pause stops new starts on every process; active jobs finish (promise 9). */
export const pausing: BackendGroup = {
  title: 'pausing',
  tests: (test) => {
    test('tells every process whether the queue is paused', async (trial) => {
      const [one, other] = [await trial.open(), await trial.open()];
      expect([await one.isPaused(), await other.isPaused()]).toEqual([false, false]);
      for (const paused of [true, true, false, false]) {
        await one.setPaused({ paused });
        expect([await one.isPaused(), await other.isPaused()]).toEqual([paused, paused]);
      }
    });

    test('starts nothing on any process while paused, and goes on when resumed', async (trial) => {
      const [one, other] = [await trial.open(), await trial.open()];
      const workers = [await trial.work(one), await trial.work(other)];
      const runs = (): number => workers.reduce((sum, worker) => sum + worker.runs.length, 0);
      await one.setPaused({ paused: true });
      await trial.add(one, ...trial.jobs('a', 'b', 'c'));
      await trial.time.pass(trial.time.delayMs);
      expect([runs(), (await one.counts()).waiting]).toEqual([0, 3]);
      await other.setPaused({ paused: false });
      await trial.time.until('all have run', () => runs() === 3);
    });

    test('keeps a running worker from starting the next job', async (trial) => {
      const [one, other] = [await trial.open(), await trial.open()];
      const worker = await trial.work(one, { run: 'hold', concurrency: 2 });
      await trial.add(one, ...trial.jobs('a', 'b', 'c', 'd'));
      await worker.started(1);
      await other.setPaused({ paused: true });
      for (const run of worker.runs) run.end();
      await trial.reaches(one, 'a', 'completed');
      await trial.reaches(one, 'b', 'completed');
      await trial.time.pass(trial.time.delayMs);
      expect(worker.ids).toEqual(['a', 'b']);
      await other.setPaused({ paused: false });
      await worker.started(3);
    });

    test('lets active jobs finish, and record any outcome', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold', concurrency: 2 });
      await trial.add(backend, ...trial.jobs('a', 'b'));
      const [first, second] = [await worker.started(0), await worker.started(1)];
      await backend.setPaused({ paused: true });
      expect((await backend.counts()).active).toBe(2);
      first.end({ type: 'complete', result: 1 });
      second.end({ type: 'retry', error: { name: 'Error', message: '' }, runAt: trial.time.now() });
      await trial.reaches(backend, 'a', 'completed');
      await trial.reaches(backend, 'b', 'waiting');
      await trial.time.pass(trial.time.delayMs);
      expect(worker.runs).toHaveLength(2);
    });

    test('starts nothing on a worker that begins while paused', async (trial) => {
      const backend = await trial.open();
      await trial.add(backend, ...trial.jobs('a'));
      await backend.setPaused({ paused: true });
      const worker = await trial.work(await trial.open());
      await trial.time.pass(trial.time.delayMs);
      expect(worker.runs).toHaveLength(0);
      await backend.setPaused({ paused: false });
      await worker.started();
    });

    test('starts no delayed job that becomes due while paused', async (trial) => {
      const { time } = trial;
      const backend = await trial.open();
      const worker = await trial.work(backend);
      await backend.setPaused({ paused: true });
      await trial.add(backend, trial.job({ id: 'a', delay: time.delayMs }));
      await time.pass(2 * time.delayMs + time.latenessMs);
      expect(worker.runs).toHaveLength(0);
      await backend.setPaused({ paused: false });
      await worker.started();
    });

    test('keeps apart what is paused and what is waiting: states stay as they are', async (trial) => {
      const backend = await trial.open();
      await trial.add(backend, ...trial.jobs('a'), trial.job({ id: 'b', delay: 1_000_000 }));
      const before = await backend.counts();
      await backend.setPaused({ paused: true });
      expect(await backend.counts()).toEqual(before);
      expect((await trial.get(backend, 'a')).status).toBe('waiting');
      expect((await trial.list(backend, ['waiting'])).map((job) => job.id)).toEqual(['a']);
    });
  },
};
