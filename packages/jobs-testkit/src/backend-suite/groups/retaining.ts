import type { Backend, JobRecord, NewJob, Retention } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';
import { KEEP } from '../backend-trial.ts';
import type { Run } from '../test-worker.ts';

const DAY_MS = 86_400_000;
const fail = { type: 'fail', error: { name: 'Error', message: '' }, attemptUsed: true } as const;
const cancelled = { name: 'JobsError', code: 'JOBS_CANCELLED', message: 'cancelled' } as const;
const cancel = { type: 'cancel', error: cancelled, attemptUsed: true } as const;

/** Finished jobs are kept within limits, so that memory is bounded (promise 11). */
export const retaining: BackendGroup = {
  title: 'retaining',
  tests: (test) => {
    for (const [status, limits, outcome] of [
      ['completed', 'keepCompleted', { type: 'complete', result: 1 }],
      ['failed', 'keepFailed', fail],
      ['cancelled', 'keepCancelled', cancel],
    ] as const) {
      for (const count of [0, 1, 5]) {
        test(`keeps exactly the newest ${count} ${status} jobs on request`, async (trial) => {
          const backend = await trial.open();
          const worker = await trial.work(backend, { run: (run) => run.end(outcome) });
          const jobs = Array.from({ length: 8 }, () =>
            trial.job({ [limits]: { ...KEEP, count } } as Partial<NewJob>),
          );
          await trial.add(backend, ...jobs);
          await trial.time.until('all have run', () => worker.runs.length === 8);
          await trial.time.until('only as many are left', async () => {
            const counts = await backend.counts();
            return counts.waiting + counts.active === 0 && counts[status] === count;
          });
          const left = await trial.list(backend, [status]);
          expect(left.map((job) => job.id)).toEqual(jobs.slice(8 - count).map((job) => job.id));
          expect(await backend.get({ id: jobs[0]?.id ?? '' })).toBeUndefined();
        });
      }

      test(`removes ${status} jobs that are older than the limit, when another one ends`, async (trial) => {
        const { time } = trial;
        const backend = await trial.open();
        await trial.work(backend, { run: (run) => run.end(outcome) });
        const keep = { ageMs: 6 * time.delayMs, count: 100 };
        const finish = async (id: string): Promise<JobRecord> => {
          await trial.add(backend, trial.job({ id, [limits]: keep }));
          return trial.reaches(backend, id, status);
        };
        const old = await finish('old');
        await time.pass(5 * time.delayMs);
        const young = await finish('young');
        // A busy machine may be late: what a job leaves when it ends is told by when each ended.
        const leaves = ({ finishedAt: end = 0 }: JobRecord, other: JobRecord): string[] =>
          end - (other.finishedAt ?? 0) <= keep.ageMs ? [other.id] : [];
        const idsLeft = async (): Promise<string[]> =>
          (await trial.list(backend, [status])).map(({ id }) => id);
        expect(await idsLeft()).toEqual(expect.arrayContaining(leaves(young, old)));
        await time.pass(2 * time.delayMs);
        const last = await finish('new');
        const left = [...leaves(last, young), 'new'];
        await time.until(
          'the others are gone',
          async () => (await idsLeft()).length === left.length,
        );
        expect(await idsLeft()).toEqual(left);
        expect((await backend.counts())[status]).toBe(left.length);
      });
    }

    test('limits completed and failed jobs apart', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, {
        run: (run) => run.end(run.job.name === 'fails' ? fail : undefined),
      });
      const keep = { keepCompleted: { ...KEEP, count: 2 }, keepFailed: { ...KEEP, count: 3 } };
      const names = ['works', 'fails'];
      const jobs = Array.from({ length: 12 }, (_, index) =>
        trial.job({ ...keep, name: names[index % 2] as string }),
      );
      await trial.add(backend, ...jobs);
      await trial.time.until('all have run', () => worker.runs.length === 12);
      await trial.time.until('the limits are kept', async () => {
        const { completed, failed } = await backend.counts();
        return completed === 2 && failed === 3;
      });
    });

    test('limits jobs cancelled before they started, and leaves the failed ones alone', async (trial) => {
      const backend = await trial.open();
      const keep = { keepCancelled: { ...KEEP, count: 2 }, keepFailed: { ...KEEP, count: 1 } };
      await trial.work(backend, { run: (run) => run.end(fail) });
      await trial.add(backend, trial.job({ id: 'failed', ...keep }));
      await trial.reaches(backend, 'failed', 'failed');
      await backend.setPaused({ paused: true });
      await trial.add(backend, ...['a', 'b', 'c'].map((id) => trial.job({ id, ...keep })));
      for (const id of ['a', 'b', 'c']) {
        expect(await backend.cancel({ id, error: cancelled })).toBe('cancelled');
        await trial.time.pass(5);
      }
      const left = await trial.list(backend, ['cancelled', 'failed']);
      expect(left.map((job) => job.id)).toEqual(['b', 'c', 'failed']);
      expect(await backend.counts()).toMatchObject({ cancelled: 2, failed: 1 });
    });

    test('keeps no job cancelled before it started when it keeps none', async (trial) => {
      const backend = await trial.open();
      const job = trial.job({ id: 'a', keepCancelled: { ...KEEP, count: 0 } });
      await trial.add(backend, job);
      expect(await backend.cancel({ id: 'a', error: cancelled })).toBe('cancelled');
      expect(await backend.get({ id: 'a' })).toBeUndefined();
      expect(await trial.add(backend, job)).toEqual([{ id: 'a', outcome: 'added' }]);
    });

    test('leaves alone the jobs of other names, however chatty one is', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: (run) => run.end(fail) });
      const keepFailed = { ...KEEP, count: 1 };
      const payments = Array.from({ length: 20 }, () => trial.job({ name: 'payment' }));
      const pings = Array.from({ length: 3 }, () => trial.job({ name: 'ping', keepFailed }));
      await trial.add(backend, ...payments, ...pings);
      await trial.time.until('all have run', () => worker.runs.length === 23);
      await trial.time.until('one ping is left', async () => {
        const { failed, active } = await backend.counts();
        return active === 0 && failed <= 21;
      });
      const left = (await trial.list(backend, ['failed'])).map((job) => job.id);
      expect(left).toEqual([...payments, pings[2]].map((job) => job?.id));
    });

    test('goes by the age of jobs of the same name only', async (trial) => {
      const { time } = trial;
      const backend = await trial.open();
      await trial.work(backend);
      const keepCompleted = { ...KEEP, ageMs: time.delayMs };
      await trial.add(backend, trial.job({ id: 'payment', name: 'payment' }));
      await trial.add(backend, trial.job({ id: 'old', name: 'ping', keepCompleted }));
      await trial.reaches(backend, 'old', 'completed');
      await time.pass(2 * time.delayMs);
      await trial.add(backend, trial.job({ id: 'new', name: 'ping', keepCompleted }));
      await trial.reaches(backend, 'new', 'completed');
      await time.until('the old one is gone', async () => {
        return (await backend.get({ id: 'old' })) === undefined;
      });
      expect((await trial.list(backend, ['completed'])).map((job) => job.id)).toEqual([
        'payment',
        'new',
      ]);
    });

    test('limits the jobs of its own queue, and leaves those of another one alone', async (trial) => {
      const { time } = trial;
      const [one, other] = [await trial.open(), await trial.open(`${trial.queueName}-other`)];
      const outcomes = [{ type: 'complete', result: 1 }, fail, cancel] as const;
      const statuses = ['completed', 'failed', 'cancelled'] as const;
      const run = (run: Run): void => run.end(outcomes[Number(run.id.split('-')[1]) % 3]);
      for (const backend of [one, other]) await trial.work(backend, { run });
      // The ids and names are the same in both queues.
      const jobs = (from: number, to: number, keep: Retention): NewJob[] => {
        const keeps = { keepCompleted: keep, keepFailed: keep, keepCancelled: keep };
        return Array.from({ length: to - from }, (_, index) =>
          trial.job({ id: `job-${from + index}`, ...keeps }),
        );
      };
      const reach = async (backend: Backend, from: number, to: number): Promise<void> => {
        for (let place = from; place < to; place++)
          await trial.reaches(backend, `job-${place}`, statuses[place % 3] as 'completed');
      };
      const left = (backend: Backend): Promise<string[]> =>
        trial.list(backend, statuses).then((all) => all.map(({ id }) => id).sort());
      const all = Array.from({ length: 9 }, (_, index) => `job-${index}`);
      await trial.add(other, ...jobs(0, 6, KEEP));
      await reach(other, 0, 6);
      await trial.add(one, ...jobs(0, 6, { ...KEEP, count: 1, total: 1 }));
      await time.until('one queue keeps the last of each', async () => {
        return (await left(one)).join() === 'job-3,job-4,job-5';
      });
      expect(await left(other)).toEqual(all.slice(0, 6));
      await time.pass(2 * time.delayMs);
      // One after the other: a busy worker may look for old jobs only now and then.
      for (const job of jobs(6, 9, { ...KEEP, ageMs: time.delayMs })) {
        await trial.add(one, job);
        await time.until('it has ended', async () => {
          const { waiting, active } = await one.counts();
          return waiting + active === 0;
        });
      }
      await time.until('one queue keeps none that is old', async () => {
        return !/[345]/.test((await left(one)).join());
      });
      await trial.add(other, ...jobs(6, 9, KEEP));
      await reach(other, 6, 9);
      await time.pass(2 * time.delayMs);
      expect(await left(other)).toEqual(all);
    });

    test('keeps no more than the total of a state over all names', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend);
      const keepCompleted = { ...KEEP, count: 2, total: 5 };
      const names = ['a', 'b', 'c', 'd'];
      const jobs = Array.from({ length: 16 }, (_, index) =>
        trial.job({ name: names[index % 4] as string, keepCompleted }),
      );
      await trial.add(backend, ...jobs);
      await trial.time.until('all have run', () => worker.runs.length === 16);
      await trial.time.until('only as many are left', async () => {
        const { completed, active } = await backend.counts();
        return active === 0 && completed === 5;
      });
      const left = (await trial.list(backend, ['completed'])).map((job) => job.id);
      expect(left).toEqual(jobs.slice(11).map((job) => job.id));
    });

    test('keeps no more than the total that a job says, whose own retention is the default of core', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend);
      const keepCompleted = { ageMs: DAY_MS, count: 1000, total: 5 };
      const keepFailed = { ageMs: 7 * DAY_MS, count: 10_000, total: 100_000 };
      const keepCancelled = { ageMs: DAY_MS, count: 1000, total: 10_000 };
      const keep = { keepCompleted, keepFailed, keepCancelled };
      await trial.add(backend, ...Array.from({ length: 8 }, () => trial.job(keep)));
      await trial.time.until('all have run', () => worker.runs.length === 8);
      await trial.time.until('only as many are left', async () => {
        const { completed, active } = await backend.counts();
        return active === 0 && completed === 5;
      });
    });

    test('counts a job that was removed or put back no longer', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: (run) => run.end(fail) });
      const keepFailed = { ...KEEP, count: 3 };
      const job = (id: string): NewJob => trial.job({ id, keepFailed });
      for (const id of ['a', 'b', 'c']) {
        await trial.add(backend, job(id));
        await trial.reaches(backend, id, 'failed');
      }
      await worker.stop(0);
      await backend.retry({ ids: ['a'] });
      await backend.remove({ ids: ['b'] });
      await trial.work(backend, { run: (run) => run.end(run.id === 'a' ? undefined : fail) });
      await trial.reaches(backend, 'a', 'completed');
      for (const id of ['d', 'e']) {
        await trial.add(backend, job(id));
        await trial.reaches(backend, id, 'failed');
      }
      const left = (await trial.list(backend, ['failed'])).map(({ id }) => id);
      expect(left).toEqual(['c', 'd', 'e']);
    });

    test('removes nothing that has not finished', async (trial) => {
      const backend = await trial.open();
      const keep = { keepCompleted: { ageMs: 1, count: 0 }, keepFailed: { ageMs: 1, count: 0 } };
      await trial.work(backend);
      await trial.add(
        backend,
        trial.job({ ...keep, id: 'later', delay: 1_000_000 }),
        trial.job({ ...keep, id: 'a' }),
      );
      await trial.time.until(
        'it is gone',
        async () => (await backend.get({ id: 'a' })) === undefined,
      );
      await backend.setPaused({ paused: true });
      await trial.add(backend, trial.job({ ...keep, id: 'waits' }));
      expect(await backend.counts()).toMatchObject({ delayed: 1, waiting: 1, completed: 0 });
    });

    test('makes the id of a job that was not kept free again', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend);
      const job = trial.job({ id: 'a', keepCompleted: { ...KEEP, count: 0 } });
      await trial.add(backend, job);
      await trial.time.until(
        'it is gone',
        async () => (await backend.get({ id: 'a' })) === undefined,
      );
      expect(await trial.add(backend, job)).toEqual([{ id: 'a', outcome: 'added' }]);
      await worker.started(1);
    });
  },
};
