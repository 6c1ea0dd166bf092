import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';

/** Stop waits for active jobs up to its timeout, then gives them back unfinished (promise 9). */
export const stopping: BackendGroup = {
  title: 'stopping',
  tests: (test) => {
    test('stops an idle worker at once, for good', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend);
      await trial.time.settle();
      await trial.time.finish('the worker stops', worker.stop(60_000), 1_000);
      await trial.add(backend, ...trial.jobs('a'));
      await trial.time.pass(trial.time.delayMs);
      expect([worker.runs.length, (await backend.counts()).waiting]).toEqual([0, 1]);
    });

    test('waits for active jobs and records their outcomes', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold', concurrency: 2 });
      await trial.add(backend, ...trial.jobs('a', 'b', 'c'));
      const [first, second] = [await worker.started(0), await worker.started(1)];
      let isStopped = false;
      const stopped = worker.stop(60_000).then(() => {
        isStopped = true;
      });
      first.end({ type: 'complete', result: 1 });
      await trial.reaches(backend, 'a', 'completed');
      await trial.time.pass(1_500);
      expect([isStopped, worker.runs.length]).toEqual([false, 2]);
      second.end({ type: 'complete', result: 2 });
      await trial.time.finish('the worker stops', stopped, 1_000);
      expect(await trial.get(backend, 'b')).toMatchObject({ status: 'completed', result: 2 });
      expect([second.aborts, await trial.get(backend, 'c')]).toMatchObject([
        [],
        { status: 'waiting' },
      ]);
    });

    test('aborts and gives back what is not done in time, without using an attempt', async (trial) => {
      const { time } = trial;
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold', concurrency: 2 });
      await trial.add(backend, ...trial.jobs('a', 'b'));
      const [first] = [await worker.started(0), await worker.started(1)];
      const startedAt = time.now();
      await time.finish('the worker stops', worker.stop(time.delayMs), time.delayMs + 1_000);
      expect(time.now() - startedAt).toBeGreaterThanOrEqual(time.delayMs - time.precisionMs);
      expect(first.aborts.map(({ error }) => error.code)).toEqual(['JOBS_WORKER_STOPPED']);
      for (const id of ['a', 'b']) {
        expect(await trial.get(backend, id)).toMatchObject({
          status: 'waiting',
          attemptsMade: 0,
          stalledCount: 0,
        });
      }
    });

    test('gives a job back ahead of those that wait', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, ...trial.jobs('a', 'b', 'c'));
      await worker.started();
      await trial.time.finish('the worker stops', worker.stop(0), 1_000);
      const next = await trial.work(backend);
      await next.started(2);
      expect(next.ids).toEqual(['a', 'b', 'c']);
    });

    test('lets another worker run what was given back at once', async (trial) => {
      const { time } = trial;
      const [one, other] = [await trial.open(), await trial.open()];
      // So long that it cannot be the end of the lease that gives the job to the other one.
      const lockMs = 100 * time.lockMs;
      const worker = await trial.work(one, { run: 'hold', lockMs });
      await trial.add(one, trial.job({ id: 'a', payload: { keep: 'me' } }));
      const first = await worker.started();
      await time.finish('the worker stops', worker.stop(0), 1_000);
      const next = await trial.work(other, { run: 'hold' });
      const run = await next.started();
      expect(time.now()).toBeLessThan(first.startedAt + lockMs);
      expect(run.job).toMatchObject({
        payload: { keep: 'me' },
        attemptsMade: 0,
        fencingToken: 2,
        stalledCount: 0,
      });
      first.end({ type: 'complete', result: 'stale' });
      await time.settle();
      expect((await trial.get(one, 'a')).status).toBe('active');
    });

    test('records the outcome of a run that ends when it is aborted', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, {
        run: 'hold',
        onAbort: (run) => run.end({ type: 'complete', result: 'just in time' }),
      });
      await trial.add(backend, ...trial.jobs('a'));
      await worker.started();
      await trial.time.finish('the worker stops', worker.stop(0), 1_000);
      expect(await trial.get(backend, 'a')).toMatchObject({
        status: 'completed',
        result: 'just in time',
      });
    });

    test('lets a second stop wait for the first', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, ...trial.jobs('a'));
      const run = await worker.started();
      const stops = [worker.stop(60_000), worker.stop(90_000)];
      let stopped = 0;
      for (const stop of stops) void stop.then(() => stopped++);
      await trial.time.pass(1_500);
      expect(stopped).toBe(0);
      run.end();
      await trial.time.finish('both stop', Promise.all(stops), 1_000);
      expect((await trial.get(backend, 'a')).status).toBe('completed');
      await trial.time.finish('a third one stops', worker.stop(0), 1_000);
    });

    test('cuts a stop short when another one allows less time', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, ...trial.jobs('a'));
      await worker.started();
      const first = worker.stop(600_000);
      await trial.time.settle();
      const stops = Promise.all([first, worker.stop(0)]);
      await trial.time.finish('both stop', stops, 2_000);
      expect((await trial.get(backend, 'a')).status).toBe('waiting');
    });

    test('stops one worker of a process and leaves the others', async (trial) => {
      const backend = await trial.open();
      const [first, second] = [await trial.work(backend), await trial.work(backend)];
      await trial.time.finish('the first stops', first.stop(0), 1_000);
      await trial.add(backend, ...trial.jobs('a', 'b', 'c'));
      await trial.time.until('the second runs all', () => second.runs.length === 3);
    });

    test('can consume again after it was stopped', async (trial) => {
      const backend = await trial.open();
      const first = await trial.work(backend);
      await trial.time.finish('it stops', first.stop(0), 1_000);
      await trial.add(backend, ...trial.jobs('a'));
      const second = await trial.work(backend);
      await second.started();
      await trial.reaches(backend, 'a', 'completed');
    });
  },
};
