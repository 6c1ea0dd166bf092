import type { JobLimits } from '@philjs/jobs-core';
import type { Backend, NewJob, Outcome } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';
import type { BackendTrial } from '../backend-trial.ts';
import type { Run, TestWorker, WorkOptions } from '../test-worker.ts';

const NAME = 'limited';

/** Says how the jobs of the tests are limited. */
function limits(of: JobLimits): Pick<WorkOptions, 'limits'> {
  return { limits: new Map([[NAME, of]]) };
}

function jobsOf(trial: BackendTrial, count: number, fields: Partial<NewJob> = {}): NewJob[] {
  return Array.from({ length: count }, () => trial.job({ name: NAME, ...fields }));
}

/** Checks that in no window more jobs were handed out than allowed, by the store's clock: a worker may be late. */
function expectSpread(trial: BackendTrial, starts: readonly Run[], max: number, per: number): void {
  const times = starts.map(({ job }) => job.processedAt ?? 0).sort((a, b) => a - b);
  for (let first = 0; first + max < times.length; first++) {
    const length = (times[first + max] as number) - (times[first] as number);
    expect(length).toBeGreaterThanOrEqual(per - trial.time.precisionMs);
  }
}

async function untilRan(trial: BackendTrial, worker: TestWorker, count: number, within: number) {
  await trial.time.until(`${count} have run`, () => worker.runs.length === count, within);
}

/** The store hands out a limited job only when it may start, and the others delay no job. */
export const limitingStarts: BackendGroup = {
  title: 'limiting starts',
  needs: 'limits',
  tests: (test) => {
    test('starts no more jobs in a window than allowed, over all processes, and hands each out once', async (trial) => {
      const { time } = trial;
      const rate = { max: 3, per: 2 * time.delayMs };
      const backends = [await trial.open(), await trial.open(), await trial.open()];
      const workers = await Promise.all(
        backends.map((backend) => trial.work(backend, { concurrency: 4, ...limits({ rate }) })),
      );
      const [first] = backends as [Backend];
      const runs = (): Run[] => workers.flatMap((worker) => worker.runs);
      await trial.add(first, ...jobsOf(trial, 9));
      await time.until('all have run', () => runs().length === 9, 3 * rate.per);
      expectSpread(trial, runs(), rate.max, rate.per);
      expect(new Set(runs().map(({ job }) => job.fencingToken))).toEqual(new Set([1]));
    });

    test('takes a window that is no whole number of milliseconds', async (trial) => {
      const { time } = trial;
      const rate = { max: 1, per: time.delayMs + 0.5 };
      const backend = await trial.open();
      const worker = await trial.work(backend, { concurrency: 2, ...limits({ rate }) });
      await trial.add(backend, ...jobsOf(trial, 2));
      await untilRan(trial, worker, 2, 3 * rate.per);
      expectSpread(trial, worker.runs, rate.max, rate.per);
    });

    test('says by when a job whose rate is limited must start, and of no other job', async (trial) => {
      const { time } = trial;
      const backend = await trial.open();
      const rate = { max: 1, per: 1_000 * time.delayMs };
      const worker = await trial.work(backend, { concurrency: 2, ...limits({ rate }) });
      const from = time.now();
      await trial.add(backend, ...jobsOf(trial, 1), trial.job());
      await worker.started(1);
      const limited = worker.runs.find(({ job }) => job.name === NAME);
      const others = worker.runs.filter((run) => run !== limited);
      expect(limited?.startBy).toBeGreaterThanOrEqual(from);
      // Asked for before it started, it may be late by a twentieth of the window.
      expect(limited?.startBy).toBeLessThanOrEqual((limited?.startedAt ?? 0) + rate.per / 20);
      expect(others.map(({ startBy }) => startBy)).toEqual([undefined]);
    });

    test('counts the rate of each key apart, and that of jobs without a key together', async (trial) => {
      const { time } = trial;
      const backend = await trial.open();
      const rate = { max: 1, per: 1_000 * time.delayMs };
      const worker = await trial.work(backend, { concurrency: 9, ...limits({ rate }) });
      const keys = ['a', 'a', 'b', undefined, 'a', undefined, 'c', 'b', 'A'];
      const jobs = keys.map((rateKey, index) =>
        trial.job({ id: `${index}`, name: NAME, ...(rateKey !== undefined && { rateKey }) }),
      );
      await trial.add(backend, ...jobs);
      await worker.started(4);
      await time.settle();
      expect([...worker.ids].sort()).toEqual(['0', '2', '3', '6', '8']);
      expect(await backend.counts()).toMatchObject({ waiting: 4, delayed: 0 });
    });

    test('counts the active jobs of each key apart, within those of the name', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, {
        run: 'hold',
        concurrency: 9,
        ...limits({ concurrency: 3, concurrencyPerKey: 1 }),
      });
      const ids = ['a1', 'a2', 'b1', 'c1', 'd1', 'a3'];
      const keyed = ids.map((id) =>
        trial.job({
          id,
          name: NAME,
          concurrencyKey: id.slice(0, 1),
          priority: id === 'a3' ? 1 : 0,
        }),
      );
      await trial.add(backend, ...keyed);
      await worker.started(2);
      await trial.time.settle();
      expect(worker.ids).toEqual(['a3', 'b1', 'c1']);
      const end = (id: string): void => worker.active.find((run) => run.id === id)?.end();
      end('b1');
      expect((await worker.started(3)).id).toBe('d1');
      end('a3');
      expect((await worker.started(4)).id).toBe('a1');
      end('c1');
      await trial.time.settle();
      expect(worker.active.map((run) => run.id)).toEqual(['d1', 'a1']);
    });

    test('keeps the keys with the job', async (trial) => {
      const backend = await trial.open();
      const keys = { concurrencyKey: 'k'.repeat(256), rateKey: 'ü€😀' };
      await trial.add(backend, trial.job({ id: 'a', ...keys }), trial.job({ id: 'b' }));
      expect(await trial.get(backend, 'a')).toMatchObject(keys);
      expect(Object.keys(await trial.get(backend, 'b'))).not.toContain('rateKey');
    });

    test('lets others pass by, and starts the best of those that wait as soon as one may', async (trial) => {
      const { time } = trial;
      const backend = await trial.open();
      // First so long that no window ends while a busy machine starts the others, then short.
      const long = { max: 1, per: 1_000 * time.delayMs };
      const worker = await trial.work(backend, { concurrency: 2, ...limits({ rate: long }) });
      const limited = [0, 0, 0, 5].map((priority) => trial.job({ name: NAME, priority }));
      await trial.add(backend, ...limited, ...trial.jobs('p', 'q'));
      await worker.started(2);
      const rate = { max: 1, per: time.delayMs };
      const changedAt = time.now();
      await backend.limits?.set({ name: NAME, limits: { rate } });
      await untilRan(trial, worker, 6, 4 * rate.per);
      const ids = [3, 0, 1, 2].map((index) => limited[index]?.id);
      expect(worker.ids).toEqual([ids[0], 'p', 'q', ...ids.slice(1)]);
      expectSpread(
        trial,
        worker.runs.filter(({ job }) => job.name === NAME),
        1,
        rate.per,
      );
      const last = worker.runs.at(-1)?.startedAt ?? 0;
      expect(last - changedAt).toBeLessThanOrEqual(3 * (rate.per + time.mostLateMs));
    });

    const leaving: [how: string, leave: (backend: Backend, ids: string[]) => Promise<unknown>][] = [
      ['cleared', (backend) => backend.clear()],
      ['removed', (backend, ids) => backend.remove({ ids })],
      [
        'cancelled',
        (backend, ids) => {
          const error = { name: 'JobsError', message: '', code: 'JOBS_CANCELLED' };
          return Promise.all(ids.map((id) => backend.cancel({ id, error })));
        },
      ],
    ];
    for (const [how, leave] of leaving) {
      test(`gives the turns of jobs that are ${how} to those that come after them`, async (trial) => {
        const { time } = trial;
        const backend = await trial.open();
        const rate = { max: 1, per: 2 * time.delayMs };
        const worker = await trial.work(backend, { concurrency: 5, ...limits({ rate }) });
        const jobs = jobsOf(trial, 100);
        await trial.add(backend, ...jobs);
        await worker.started();
        await time.settle();
        await leave(
          backend,
          jobs.slice(1).map(({ id }) => id),
        );
        // That may take longer than a window, in which another one starts.
        await time.settle();
        const { length } = worker.runs;
        const [last] = await trial.add(backend, trial.job({ name: NAME }));
        await untilRan(trial, worker, length + 1, rate.per + time.latenessMs);
        expect(worker.ids[length]).toBe(last?.id);
      });
    }

    const unused: [what: string, outcome: Outcome][] = [
      ['given back unstarted', { type: 'unstarted' }],
      [
        'failed before it ran',
        { type: 'fail', error: { name: 'E', message: '' }, failures: [], attemptUsed: false },
      ],
      [
        'cancelled before it ran',
        { type: 'cancel', error: { name: 'E', message: '' }, failures: [], attemptUsed: false },
      ],
    ];
    for (const [what, outcome] of unused) {
      test(`takes back the start and the slot of a job that was ${what}`, async (trial) => {
        const { time } = trial;
        const backend = await trial.open();
        const all = { rate: { max: 1, per: 1_000 * time.delayMs }, concurrency: 1 };
        const worker = await trial.work(backend, { run: 'hold', concurrency: 3, ...limits(all) });
        await trial.add(backend, ...jobsOf(trial, 2));
        (await worker.started()).endWith(outcome);
        await worker.started(1);
        await time.settle();
        expect(worker.runs).toHaveLength(2);
      });
    }

    test('gives a job that was given back unstarted its place and its keys, and counts no attempt', async (trial) => {
      const backend = await trial.open();
      const all = limits({ concurrency: 1, concurrencyPerKey: 1 });
      const worker = await trial.work(backend, { run: 'hold', concurrency: 3, ...all });
      await trial.add(backend, ...['a', 'b', 'c'].map((id) => trial.job({ id, name: NAME })));
      (await worker.started()).endWith({ type: 'unstarted', keys: { concurrencyKey: 'k' } });
      const again = await worker.started(1);
      expect([again.id, again.job.concurrencyKey]).toEqual(['a', 'k']);
      expect(again.job).toMatchObject({ attemptsMade: 0, stalledCount: 0 });
      again.end();
      expect((await worker.started(2)).id).toBe('b');
    });

    test('gives a start that was taken back to the first job of its rate, whatever its concurrency key', async (trial) => {
      const { time } = trial;
      const backend = await trial.open();
      const rate = { max: 2, per: 1_000 * time.delayMs };
      const all = limits({ rate, concurrencyPerKey: 1 });
      const worker = await trial.work(backend, { run: 'hold', concurrency: 9, ...all });
      const add = (id: string, priority: number, key?: string): Promise<unknown> => {
        const concurrencyKey = key === undefined ? {} : { concurrencyKey: key };
        return trial.add(backend, trial.job({ id, name: NAME, priority, ...concurrencyKey }));
      };
      await add('a', 0, 'a');
      await add('b', 0, 'b');
      await worker.started(1);
      // The first cannot start while another job holds its key; the order of arrival is not that of priority.
      await add('behind', 1, 'd');
      await add('shut', 3, 'b');
      await add('ahead', 2);
      await time.settle();
      expect(worker.ids).toEqual(['a', 'b']);
      const giveBack = (id: string): void =>
        worker.active.find((run) => run.id === id)?.endWith({ type: 'unstarted' });
      giveBack('a');
      expect((await worker.started(2)).id).toBe('ahead');
      giveBack('b');
      expect((await worker.started(3)).id).toBe('shut');
      await time.settle();
      expect(worker.ids).toEqual(['a', 'b', 'ahead', 'shut']);
    });

    test('counts a start whose worker died, and frees its slot', async (trial) => {
      const { time } = trial;
      const { lockMs } = time;
      const [one, other] = [await trial.open(), await trial.open()];
      const rate = { max: 2, per: 8 * lockMs };
      const all = limits({ rate, concurrencyPerKey: 1 });
      const dead = await trial.work(one, { run: 'hold', lockMs, ...all });
      await trial.add(one, ...jobsOf(trial, 3, { concurrencyKey: 'k' }));
      await dead.started();
      await one.close({ force: true });
      const alive = await trial.work(other, { concurrency: 3, lockMs, ...all });
      await time.until('it is taken back', () => alive.runs.length === 1, 4 * lockMs);
      await time.settle();
      expect(alive.runs).toHaveLength(1);
      await time.until('the window is over', () => alive.runs.length === 3, 2 * rate.per);
      expectSpread(trial, [...dead.runs, ...alive.runs], rate.max, rate.per);
    });
  },
};
