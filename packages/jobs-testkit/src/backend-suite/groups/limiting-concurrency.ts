import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';

/** A limit on a name's concurrency holds over all consumers, and blocks no other name. */
export const limitingConcurrency: BackendGroup = {
  title: 'limiting concurrency',
  needs: 'concurrencyLimits',
  tests: (test) => {
    test('runs no more jobs of a name at once than allowed, over all processes', async (trial) => {
      const backends = [await trial.open(), await trial.open(), await trial.open()];
      const concurrencyLimits = new Map([['limited', 2]]);
      let active = 0;
      let most = 0;
      const workers = await Promise.all(
        backends.map((backend) =>
          trial.work(backend, {
            concurrency: 4,
            concurrencyLimits,
            run: async (run) => {
              active += 1;
              most = Math.max(most, active);
              await trial.time.sleep(2);
              active -= 1;
              run.end();
            },
          }),
        ),
      );
      const [first] = backends as [(typeof backends)[0]];
      await trial.add(first, ...Array.from({ length: 30 }, () => trial.job({ name: 'limited' })));
      await trial.time.until('all complete', async () => (await first.counts()).completed === 30);
      expect(most).toBe(2);
      expect(workers.flatMap((worker) => worker.runs)).toHaveLength(30);
    });

    test('lets jobs of other names pass by those over their limit', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, {
        concurrency: 3,
        concurrencyLimits: new Map([['limited', 1]]),
        run: (run) => (run.job.name === 'limited' ? undefined : run.end()),
      });
      const limited = Array.from({ length: 100 }, () =>
        trial.job({ name: 'limited', priority: 5 }),
      );
      await trial.add(backend, ...limited, ...trial.jobs('a', 'b', 'c', 'd'));
      await trial.reaches(backend, 'd', 'completed');
      expect(worker.ids).toEqual([limited[0]?.id, 'a', 'b', 'c', 'd']);
      expect(await backend.counts()).toMatchObject({ active: 1, waiting: 99, completed: 4 });
    });

    test('starts the next job of a name as soon as one ends, by turn', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, {
        run: 'hold',
        concurrency: 5,
        concurrencyLimits: new Map([['limited', 2]]),
      });
      const jobs = [0, 0, 0, 7, 0].map((priority) => trial.job({ name: 'limited', priority }));
      await trial.add(backend, ...jobs.slice(0, 2));
      await worker.started(1);
      await trial.add(backend, ...jobs.slice(2));
      await trial.time.settle();
      expect(worker.runs).toHaveLength(2);
      for (let next = 2; next < 5; next++) {
        worker.active[0]?.end();
        await worker.started(next);
      }
      expect(worker.ids).toEqual([0, 1, 3, 2, 4].map((index) => jobs[index]?.id));
      expect(worker.mostAtOnce).toBe(2);
    });

    test('keeps limits that become known while the worker runs', async (trial) => {
      const backend = await trial.open();
      const concurrencyLimits = new Map<string, number>();
      const worker = await trial.work(backend, { run: 'hold', concurrency: 5, concurrencyLimits });
      await trial.time.settle();
      concurrencyLimits.set('limited', 1);
      await trial.add(backend, ...Array.from({ length: 3 }, () => trial.job({ name: 'limited' })));
      await worker.started();
      await trial.time.settle();
      expect(worker.active).toHaveLength(1);
      for (let next = 1; next < 3; next++) {
        worker.active[0]?.end();
        await worker.started(next);
      }
    });

    test('takes a job that is tried again, or whose worker died, out of the count', async (trial) => {
      const { time } = trial;
      const { lockMs } = time;
      const [one, other] = [await trial.open(), await trial.open()];
      const concurrencyLimits = new Map([['limited', 1]]);
      const dead = await trial.work(one, { run: 'hold', concurrencyLimits, lockMs });
      await trial.add(one, trial.job({ id: 'a', name: 'limited' }));
      const error = { name: 'Error', message: '' };
      (await dead.started()).end({ type: 'retry', error, runAt: time.now() });
      await dead.started(1);
      await one.close({ force: true });
      await trial.add(other, trial.job({ id: 'b', name: 'limited' }));
      const alive = await trial.work(other, { concurrencyLimits, concurrency: 2, lockMs });
      await time.until('both have run', () => alive.runs.length === 2, 4 * lockMs);
      expect(alive.mostAtOnce).toBe(1);
    });

    test('lists, counts and removes jobs of a limited name like any other', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, {
        run: 'hold',
        concurrencyLimits: new Map([['limited', 1]]),
      });
      await trial.add(backend, ...['a', 'b', 'c'].map((id) => trial.job({ id, name: 'limited' })));
      await worker.started();
      expect(await backend.counts()).toMatchObject({ waiting: 2, active: 1 });
      expect((await trial.list(backend, ['waiting'])).map((job) => job.id)).toEqual(['b', 'c']);
      expect(await backend.remove({ ids: ['b'] })).toBe(1);
      worker.active[0]?.end();
      expect((await worker.started(1)).id).toBe('c');
    });
  },
};
