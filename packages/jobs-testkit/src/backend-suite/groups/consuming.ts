import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';

/** One worker holds a job at a time (promise 2). */
export const consuming: BackendGroup = {
  title: 'consuming',
  tests: (test) => {
    test('gives each job to one of many workers', async (trial) => {
      const backends = await Promise.all(Array.from({ length: 4 }, () => trial.open()));
      const workers = await Promise.all(
        [...backends, ...backends].map((backend) =>
          trial.work(backend, {
            concurrency: 3,
            run: async (run) => {
              await Promise.resolve();
              run.end();
            },
          }),
        ),
      );
      const jobs = Array.from({ length: 300 }, () => trial.job());
      const [first] = backends as [(typeof backends)[0]];
      await Promise.all([
        trial.add(first, ...jobs.slice(0, 100)),
        ...jobs.slice(100).map((job) => trial.add(first, job)),
      ]);
      await trial.time.until(
        'all are completed',
        async () => (await first.counts()).completed === 300,
      );
      const ran = workers.flatMap((worker) => worker.ids);
      expect(ran.sort()).toEqual(jobs.map((job) => job.id).sort());
    });

    test('resize: takes more jobs at once, and fills no slot again beyond a smaller number', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold', concurrency: 1 });
      await trial.add(backend, ...trial.jobs('a', 'b', 'c', 'd', 'e', 'f'));
      await worker.started();
      worker.resize(4);
      await worker.started(3);
      await trial.time.settle();
      expect(worker.active).toHaveLength(4);
      worker.resize(2);
      for (const started of [4, 4, 5, 6]) {
        const [run] = worker.active;
        run?.end();
        await trial.reaches(backend, run?.id ?? '', 'completed');
        await worker.started(started - 1);
        await trial.time.settle();
        expect(worker.runs).toHaveLength(started);
      }
      expect(worker.active).toHaveLength(2);
      for (const run of worker.active) expect(run.aborts).toEqual([]);
    });

    test('runs as many jobs at once as its concurrency allows, and no more', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold', concurrency: 4 });
      await trial.add(backend, ...Array.from({ length: 10 }, () => trial.job()));
      await worker.started(3);
      await trial.time.settle();
      expect(worker.active).toHaveLength(4);
      while (worker.runs.length < 10) {
        worker.active[0]?.end();
        await worker.started(worker.runs.length);
      }
      expect(worker.mostAtOnce).toBe(4);
    });

    test('runs what is added while it is idle', async (trial) => {
      const [one, other] = [await trial.open(), await trial.open()];
      const worker = await trial.work(one);
      for (let index = 0; index < 5; index++) {
        await trial.time.settle();
        await trial.add(index % 2 === 0 ? one : other, trial.job());
        await worker.started(index);
      }
    });

    test('marks a job active while it runs', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.time.pass(10);
      const before = trial.time.now();
      await trial.add(backend, ...trial.jobs('a'));
      const { job, startedAt } = await worker.started();
      expect(job).toMatchObject({ status: 'active', fencingToken: 1, attemptsMade: 0 });
      expect(job.processedAt).toBeGreaterThanOrEqual(before - trial.time.precisionMs);
      expect(job.processedAt).toBeLessThanOrEqual(startedAt + trial.time.precisionMs);
      const { lease, ...read } = await trial.get(backend, 'a');
      expect([read, lease?.hasEnded]).toEqual([job, false]);
      expect(await backend.counts()).toMatchObject({ waiting: 0, active: 1 });
    });

    test('runs jobs of names it never heard of, for core to decide about', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend);
      await trial.add(backend, trial.job({ name: 'unheard-of', version: 99 }));
      expect((await worker.started()).job).toMatchObject({ name: 'unheard-of', version: 99 });
    });

    test('lets several workers of one process share the jobs', async (trial) => {
      const backend = await trial.open();
      const workers = [
        await trial.work(backend, { run: 'hold' }),
        await trial.work(backend, { run: 'hold' }),
      ];
      await trial.add(backend, ...trial.jobs('a', 'b', 'c'));
      await trial.time.until('both have one', () =>
        workers.every(({ active }) => active.length === 1),
      );
      expect(new Set(workers.flatMap((worker) => worker.ids)).size).toBe(2);
    });
  },
};
