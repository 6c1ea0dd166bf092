import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';

/** Higher priority first, then first in, first out (promise 6). */
export const ordering: BackendGroup = {
  title: 'ordering',
  tests: (test) => {
    test('runs jobs of one priority first in, first out', async (trial) => {
      const backend = await trial.open();
      const jobs = Array.from({ length: 50 }, () => trial.job());
      await trial.add(backend, ...jobs.slice(0, 20));
      for (const job of jobs.slice(20)) await trial.add(backend, job);
      const worker = await trial.work(backend);
      await trial.reaches(backend, jobs.at(-1)?.id ?? '', 'completed');
      expect(worker.ids).toEqual(jobs.map((job) => job.id));
    });

    test('runs jobs of higher priority first', async (trial) => {
      const backend = await trial.open();
      const priorities = [0, -1_000_000, 3, 1_000_000, -2, 1, 999_999, -999_999, 2, -1];
      await trial.add(backend, ...priorities.map((priority) => trial.job({ priority })));
      const worker = await trial.work(backend);
      await trial.time.until('all have run', () => worker.runs.length === priorities.length);
      const ran = worker.runs.map((run) => run.job.priority);
      expect(ran).toEqual([...priorities].sort((a, b) => b - a));
    });

    test('runs jobs of each priority first in, first out, from several processes', async (trial) => {
      const backends = [await trial.open(), await trial.open(), await trial.open()] as const;
      const added: { id: string; priority: number }[] = [];
      for (let index = 0; index < 60; index++) {
        const job = trial.job({ priority: (index * 7) % 4 });
        await trial.add(backends[index % 3] as (typeof backends)[0], job);
        added.push(job);
      }
      const worker = await trial.work(backends[0]);
      await trial.time.until('all have run', () => worker.runs.length === added.length);
      const byTurn = [...added].sort((a, b) => b.priority - a.priority);
      expect(worker.ids).toEqual(byTurn.map((job) => job.id));
    });

    test('lets a job of higher priority that comes later go first', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, ...trial.jobs('running', 'low'));
      const run = await worker.started();
      await trial.add(backend, trial.job({ id: 'high', priority: 1 }));
      run.end();
      (await worker.started(1)).end();
      (await worker.started(2)).end();
      expect(worker.ids).toEqual(['running', 'high', 'low']);
    });

    test('runs a job that was put back unstarted before those that came later', async (trial) => {
      const backend = await trial.open();
      await trial.add(backend, ...trial.jobs('first', 'second'));
      const worker = await trial.work(backend, { run: 'hold', concurrency: 3 });
      const second = await worker.started(1);
      await trial.time.settle();
      await backend.setPaused({ paused: true });
      await trial.add(backend, ...trial.jobs('third'));
      second.endWith({ type: 'unstarted' });
      worker.active.find(({ id }) => id === 'first')?.end();
      await trial.time.until('none runs', async () => (await backend.counts()).active === 0);
      await backend.setPaused({ paused: false });
      await worker.started(3);
      expect(worker.ids.slice(2)).toEqual(['second', 'third']);
    });

    test('keeps the priority of a job that was delayed or tried again', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, trial.job({ id: 'again', priority: 9 }));
      const run = await worker.started();
      await trial.add(
        backend,
        trial.job({ id: 'delayed', priority: 5, delay: trial.time.delayMs }),
      );
      await trial.add(backend, trial.job({ id: 'busy', priority: 10 }), ...trial.jobs('low'));
      const runAt = trial.time.now() + trial.time.delayMs;
      run.end({ type: 'retry', error: { name: 'Error', message: '' }, runAt });
      const busy = await worker.started(1);
      await trial.time.pass(trial.time.delayMs + trial.time.latenessMs);
      busy.end();
      for (const index of [2, 3, 4]) (await worker.started(index)).end();
      expect(worker.ids).toEqual(['again', 'busy', 'again', 'delayed', 'low']);
    });
  },
};
