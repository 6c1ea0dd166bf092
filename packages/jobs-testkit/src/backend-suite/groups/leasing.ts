import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';
import { STALLED } from '../test-worker.ts';

/** A worker that dies loses its jobs after the lease, and not before (promises 2, 3 and 4). */
export const leasing: BackendGroup = {
  title: 'leasing',
  tests: (test) => {
    test('gives a dead worker’s job to another one after the lease, and not before', async (trial) => {
      const { time } = trial;
      const { lockMs } = time;
      const [one, other] = [await trial.open(), await trial.open()];
      const dead = await trial.work(one, { run: 'hold', lockMs });
      // The lease begins in the store, at some time after this and before the worker notes the start.
      const leasedAfter = time.now();
      await trial.add(one, trial.job({ id: 'a', payload: { keep: 'me' } }));
      const lost = await dead.started();
      const alive = await trial.work(other, { run: 'hold', lockMs });
      await one.close({ force: true });
      await time.until('it is redelivered', () => alive.runs.length === 1, 4 * lockMs);
      const [run] = alive.runs as [(typeof alive.runs)[0]];
      expect(run.startedAt).toBeGreaterThanOrEqual(leasedAfter + lockMs - time.precisionMs);
      expect(run.job).toMatchObject({
        id: 'a',
        payload: { keep: 'me' },
        attemptsMade: 0,
        fencingToken: 2,
        stalledCount: 1,
      });
      expect(alive.stalled).toMatchObject([{ lease: lost.lease, name: 'job', failed: false }]);
    });

    test('gives a dead worker’s job to a worker that starts later', async (trial) => {
      const { time } = trial;
      const { lockMs } = time;
      const [one, other] = [await trial.open(), await trial.open()];
      const dead = await trial.work(one, { run: 'hold', lockMs });
      await trial.add(one, ...trial.jobs('a'));
      await dead.started();
      await one.close({ force: true });
      await time.pass(2 * lockMs);
      const alive = await trial.work(other, { lockMs });
      await time.until('it is redelivered', () => alive.runs.length === 1, 3 * lockMs);
      await trial.reaches(other, 'a', 'completed');
    });

    test('lets other jobs run while a dead worker’s lease runs out', async (trial) => {
      const { time } = trial;
      const [one, other] = [await trial.open(), await trial.open()];
      const lockMs = 100 * time.lockMs;
      const dead = await trial.work(one, { run: 'hold', lockMs });
      await trial.add(one, ...trial.jobs('a'));
      const lost = await dead.started();
      await one.close({ force: true });
      await trial.add(other, ...trial.jobs('b', 'c'));
      await trial.work(other);
      await trial.reaches(other, 'c', 'completed');
      expect(time.now()).toBeLessThan(lost.startedAt + lockMs);
      expect((await trial.get(other, 'a')).status).toBe('active');
    });

    test('refuses an outcome from a lost lease while another worker runs the job', async (trial) => {
      const { time } = trial;
      const { lockMs } = time;
      const [one, other] = [await trial.open(), await trial.open()];
      const dead = await trial.work(one, { run: 'hold', lockMs });
      await trial.add(one, ...trial.jobs('a'));
      const lost = await dead.started();
      await one.close({ force: true });
      const alive = await trial.work(other, { run: 'hold', lockMs });
      await time.until('it is redelivered', () => alive.runs.length === 1, 4 * lockMs);
      lost.end({ type: 'complete', result: 'stale' });
      await time.settle();
      expect(await trial.get(other, 'a')).toMatchObject({ status: 'active', fencingToken: 2 });
      expect(await other.setProgress({ lease: lost.lease, progress: 1 })).toBe(false);
      expect(
        await other.setProgress({ lease: alive.runs[0]?.lease ?? lost.lease, progress: 2 }),
      ).toBe(true);
      alive.runs[0]?.end({ type: 'complete', result: 'fresh' });
      expect(await trial.reaches(other, 'a', 'completed')).toMatchObject({
        result: 'fresh',
        attemptsMade: 1,
        progress: 2,
      });
    });

    test('refuses an outcome from a lost lease once another worker has finished the job', async (trial) => {
      const { time } = trial;
      const { lockMs } = time;
      const [one, other] = [await trial.open(), await trial.open()];
      const dead = await trial.work(one, { run: 'hold', lockMs });
      await trial.add(one, ...trial.jobs('a'));
      const lost = await dead.started();
      await one.close({ force: true });
      const alive = await trial.work(other, {
        lockMs,
        run: (run) => run.end({ type: 'complete', result: 'fresh' }),
      });
      await time.until('it is redelivered', () => alive.runs.length === 1, 4 * lockMs);
      const before = await trial.reaches(other, 'a', 'completed');
      const error = { name: 'Error', message: 'stale' };
      lost.end({ type: 'fail', error, attemptUsed: true });
      await time.settle();
      expect(await trial.get(other, 'a')).toEqual(before);
      expect(await other.counts()).toMatchObject({ completed: 1, failed: 0 });
    });

    test('keeps the lease of a run that takes longer than that', async (trial) => {
      const { time } = trial;
      const [one, other] = [await trial.open(), await trial.open()];
      // So long that a process which stands still does not lose it: only two thirds of it are left at times.
      const lockMs = 3 * time.lockMs;
      const worker = await trial.work(one, { run: 'hold', lockMs });
      await trial.add(one, ...trial.jobs('a'));
      const run = await worker.started();
      // Only now: an engine that wakes all workers might have given the job to this one. With leases as short, it looks as
      // often for those that ran out.
      const idle = await trial.work(other, { lockMs });
      await time.pass(2 * lockMs);
      expect([idle.runs.length, run.aborts, run.job.fencingToken]).toEqual([0, [], 1]);
      run.end();
      expect(await trial.reaches(one, 'a', 'completed')).toMatchObject({
        attemptsMade: 1,
        fencingToken: 1,
        stalledCount: 0,
      });
    });

    for (const maxStalledCount of [0, 1, 2]) {
      test(`fails a job that lost its worker ${maxStalledCount + 1} times when ${maxStalledCount} are allowed`, async (trial) => {
        const { time } = trial;
        const { lockMs } = time;
        const observer = await trial.open();
        await trial.add(observer, ...trial.jobs('killer'));
        for (let start = 0; start <= maxStalledCount; start++) {
          const victim = await trial.open();
          const worker = await trial.work(victim, { run: 'hold', maxStalledCount, lockMs });
          await time.until('it starts', () => worker.runs.length === 1, 4 * lockMs);
          expect(worker.runs[0]?.job.stalledCount).toBe(start);
          await victim.close({ force: true });
        }
        const last = await trial.work(observer, { maxStalledCount, lockMs });
        await time.until(
          'it fails',
          async () => {
            return (await trial.get(observer, 'killer')).status === 'failed';
          },
          4 * lockMs,
        );
        expect(await trial.get(observer, 'killer')).toMatchObject({
          error: STALLED,
          stalledCount: maxStalledCount + 1,
          fencingToken: maxStalledCount + 1,
        });
        expect(last.runs).toHaveLength(0);
        expect(last.stalled).toMatchObject([
          { lease: { id: 'killer' }, name: 'job', failed: true },
        ]);
        await trial.add(observer, ...trial.jobs('next'));
        await trial.reaches(observer, 'next', 'completed');
      });
    }

    test('counts the workers that a name may lose in place of those that others may', async (trial) => {
      const { time } = trial;
      const rules = {
        maxStalledCount: 1,
        maxStalledCounts: new Map([
          ['weak', 0],
          ['strong', 2],
        ]),
        lockMs: time.lockMs,
      };
      const observer = await trial.open();
      const names = ['weak', 'strong', 'job'];
      await trial.add(observer, ...names.map((name) => trial.job({ id: name, name })));
      for (const starting of [names, ['strong', 'job']]) {
        const victim = await trial.open();
        const worker = await trial.work(victim, { run: 'hold', concurrency: 3, ...rules });
        await time.until(
          'they start',
          () => worker.runs.length === starting.length,
          4 * rules.lockMs,
        );
        expect(worker.ids.sort()).toEqual([...starting].sort());
        await victim.close({ force: true });
      }
      await trial.work(observer, rules);
      expect(await trial.reaches(observer, 'strong', 'completed')).toMatchObject({
        stalledCount: 2,
      });
      expect(await trial.get(observer, 'job')).toMatchObject({ error: STALLED, stalledCount: 2 });
      expect(await trial.get(observer, 'weak')).toMatchObject({ error: STALLED, stalledCount: 1 });
    });

    test(
      'does not take its own jobs for stalled when it is late for longer than a lease',
      async (trial) => {
        const { time } = trial;
        const { lockMs } = time;
        const backend = await trial.open();
        const worker = await trial.work(backend, { run: 'hold', concurrency: 3, lockMs });
        await trial.add(backend, ...trial.jobs('a', 'b'));
        await worker.started(1);
        for (let late = 1; late <= 2; late++) {
          await trial.add(backend, trial.job({ id: `due-${late}`, delay: time.delayMs }));
          await time.block(2.5 * lockMs);
          await worker.started(1 + late);
          worker.runs.at(-1)?.end();
          await time.settle();
        }
        expect([worker.stalled, worker.active.length]).toEqual([[], 2]);
        for (const run of worker.active) run.end();
        for (const id of ['a', 'b']) {
          expect(await trial.reaches(backend, id, 'completed')).toMatchObject({
            fencingToken: 1,
            stalledCount: 0,
          });
        }
      },
      { alone: true },
    );

    test('loses none of many jobs when a worker dies that held several', async (trial) => {
      const { time } = trial;
      const { lockMs } = time;
      const [one, other] = [await trial.open(), await trial.open()];
      const dead = await trial.work(one, { run: 'hold', concurrency: 10, lockMs });
      const jobs = Array.from({ length: 30 }, () => trial.job());
      await trial.add(one, ...jobs);
      await dead.started(9);
      await one.close({ force: true });
      const alive = await trial.work(other, { concurrency: 3, lockMs });
      await time.until(
        'all are completed',
        async () => (await other.counts()).completed === 30,
        5 * lockMs,
      );
      expect(new Set(alive.ids)).toEqual(new Set(jobs.map((job) => job.id)));
      expect(alive.runs).toHaveLength(30);
    });
  },
};
