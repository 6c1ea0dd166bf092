import { JOB_STATUSES, type OrderPolicy } from '@philjs/jobs-core';
import type { JobPage } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';

/** Lists, pages and counts. */
export const reading: BackendGroup = {
  title: 'reading',
  tests: (test) => {
    test('finds no job of an unknown id', async (trial) => {
      const backend = await trial.open();
      expect(await backend.get({ id: 'nobody' })).toBeUndefined();
    });

    test('counts every state from the beginning', async (trial) => {
      const backend = await trial.open();
      expect(await backend.counts()).toEqual(
        Object.fromEntries(JOB_STATUSES.map((status) => [status, 0])),
      );
      expect(await trial.list(backend, JOB_STATUSES)).toEqual([]);
    });

    test('lists waiting jobs by turn, from either end', async (trial) => {
      const backend = await trial.open();
      const jobs = [
        ['c', 0],
        ['a', 5],
        ['d', 0],
        ['b', 5],
        ['e', -5],
      ] as const;
      await trial.add(backend, ...jobs.map(([id, priority]) => trial.job({ id, priority })));
      const ids = async (order: 'oldest' | 'newest'): Promise<string[]> =>
        (await trial.list(backend, ['waiting'], order)).map((job) => job.id);
      expect(await ids('oldest')).toEqual(['a', 'b', 'c', 'd', 'e']);
      expect(await ids('newest')).toEqual(['e', 'd', 'c', 'b', 'a']);
    });

    test('lists delayed jobs by their time, from either end', async (trial) => {
      const backend = await trial.open();
      const delays = { b: 2_000_000, a: 1_000_000, c: 3_000_000 };
      const jobs = Object.entries(delays).map(([id, delay]) => trial.job({ id, delay }));
      await trial.add(backend, ...jobs);
      const ids = async (order: 'oldest' | 'newest'): Promise<string[]> =>
        (await trial.list(backend, ['delayed'], order)).map((job) => job.id);
      expect(await ids('oldest')).toEqual(['a', 'b', 'c']);
      expect(await ids('newest')).toEqual(['c', 'b', 'a']);
    });

    test('lists finished jobs by when they finished, from either end', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold', concurrency: 3 });
      await trial.add(backend, ...trial.jobs('c', 'a', 'b'));
      await worker.started(2);
      for (const id of ['a', 'b', 'c']) {
        worker.active.find((run) => run.id === id)?.end();
        await trial.reaches(backend, id, 'completed');
        await trial.time.pass(5);
      }
      const ids = async (order: 'oldest' | 'newest'): Promise<string[]> =>
        (await trial.list(backend, ['completed'], order)).map((job) => job.id);
      expect(await ids('oldest')).toEqual(['a', 'b', 'c']);
      expect(await ids('newest')).toEqual(['c', 'b', 'a']);
    });

    test('lists states one after the other, in the order asked for', async (trial) => {
      const backend = await trial.open();
      const later = trial.job({ id: 'later', delay: 1_000_000 });
      await trial.add(backend, ...trial.jobs('a', 'b'), later);
      const ids = async (...statuses: ('waiting' | 'delayed' | 'failed')[]): Promise<string[]> =>
        (await trial.list(backend, statuses)).map((job) => job.id);
      expect(await ids('delayed', 'failed', 'waiting')).toEqual(['later', 'a', 'b']);
      expect(await ids('waiting', 'delayed')).toEqual(['a', 'b', 'later']);
      expect(await ids('failed')).toEqual([]);
    });

    test('lists only jobs of the names asked for', async (trial) => {
      const backend = await trial.open();
      const names = ['email', 'report', 'email', 'bill'];
      await trial.add(backend, ...names.map((name) => trial.job({ name })));
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const after = cursor === undefined ? {} : { cursor };
        const names = ['email', 'bill', 'unknown'];
        const page = await backend.list({
          statuses: ['waiting'],
          names,
          order: 'oldest',
          limit: 2,
          ...after,
        });
        found.push(...page.jobs.map((job) => job.name));
        cursor = page.cursor;
      } while (cursor !== undefined);
      expect(found).toEqual(['email', 'email', 'bill']);
    });

    test('lists no jobs where no names are asked for', async (trial) => {
      const backend = await trial.open();
      await trial.add(backend, trial.job());
      const statuses = ['waiting'] as const;
      const page = await backend.list({ statuses, names: [], order: 'newest', limit: 10 });
      expect(page).toEqual({ jobs: [] });
    });

    for (const limit of [1, 3, 7, 1_000]) {
      test(`pages through all jobs once, ${limit} at a time`, async (trial) => {
        const backend = await trial.open();
        const waiting = Array.from({ length: 20 }, (_, index) =>
          trial.job({ priority: index % 3 }),
        );
        const delayed = Array.from({ length: 10 }, (_, index) =>
          trial.job({ delay: 1_000_000 + (index % 2) }),
        );
        await trial.add(backend, ...waiting, ...delayed);
        for (const order of ['oldest', 'newest'] as const) {
          const found: string[] = [];
          let cursor: string | undefined;
          do {
            const after = cursor === undefined ? {} : { cursor };
            const page = await backend.list({
              statuses: ['waiting', 'delayed'],
              order,
              limit,
              ...after,
            });
            expect(page.jobs.length).toBeLessThanOrEqual(limit);
            found.push(...page.jobs.map((job) => job.id));
            cursor = page.cursor;
          } while (cursor !== undefined);
          expect(found).toHaveLength(30);
          expect(new Set(found).size).toBe(30);
        }
      });
    }

    for (const order of ['oldest', 'newest'] as const) {
      test(`goes on where a page ended though its jobs are gone, the ${order} first`, async (trial) => {
        const backend = await trial.open();
        const read = async (cursor?: string): Promise<[string[], string | undefined]> => {
          const statuses = ['waiting', 'delayed'] as const;
          const after = cursor === undefined ? {} : { cursor };
          const page = await backend.list({ statuses, order, limit: 4, ...after });
          return [page.jobs.map(({ id }) => id), page.cursor];
        };
        const times = [...Array(10).keys()].map((index) => trial.job({ delay: 1_000_000 + index }));
        await trial.add(backend, ...trial.jobs(...'abcdefghij'), ...times);
        const found: string[] = [];
        for (let next = await read(); ; next = await read(next[1])) {
          found.push(...next[0]);
          expect(await backend.remove({ ids: next[0] })).toBe(next[0].length);
          if (next[1] === undefined) break;
        }
        expect(found).toHaveLength(20);
        expect(new Set(found).size).toBe(20);
      });
    }

    for (const order of ['oldest', 'newest'] as const) {
      test(`goes on where a page of active jobs ended though these are over, the ${order} first`, async (trial) => {
        const backend = await trial.open();
        const worker = await trial.work(backend, { run: 'hold', concurrency: 9 });
        const ids = [...'abcdefghi'];
        await trial.add(backend, ...trial.jobs(...ids));
        await worker.started(8);
        const found: string[] = [];
        let cursor: string | undefined;
        do {
          const after = cursor === undefined ? {} : { cursor };
          const page = await backend.list({ statuses: ['active'], order, limit: 2, ...after });
          const read = page.jobs.map(({ id }) => id);
          for (const run of worker.runs.filter(({ id }) => read.includes(id))) run.end();
          found.push(...read);
          await trial.time.until('they have ended', async () => {
            const { active } = await backend.counts();
            return active === ids.length - found.length;
          });
          cursor = page.cursor;
        } while (cursor !== undefined);
        expect(found.sort()).toEqual(ids);
      });
    }

    for (const order of ['oldest', 'newest'] as const) {
      test(
        `refuses a cursor within waiting jobs once their order is changed, the ${order} first`,
        async (trial) => {
          const backend = await trial.open();
          const jobs = ['a', 'b', 'c', 'd'].map((id, n) => trial.job({ id, priority: n % 2 }));
          await trial.add(backend, ...jobs, trial.job({ id: 'e', delay: 1_000_000 }));
          const statuses = ['delayed', 'waiting'] as const;
          const read = (limit: number, cursor?: string): Promise<JobPage> =>
            backend.list({ statuses, order, limit, ...(cursor !== undefined && { cursor }) });
          const policies = ['fair', 'ageing', 'deadline', 'fifo', 'ageing', 'fifo', 'fair', 'fifo'];
          for (const policy of policies as OrderPolicy[]) {
            const [before, within] = [await read(1), await read(3)];
            const agePerPriority = policy === 'ageing' && { agePerPriority: 1000 };
            await backend.orders?.set({ order: { policy, ...agePerPriority } });
            await expect(read(2, within.cursor)).rejects.toMatchObject({
              code: 'JOBS_CONFLICT',
              details: { field: 'cursor' },
            });
            const rest = [await read(1), await read(2, before.cursor)];
            const last = await read(9, rest[1]?.cursor);
            const ids = [...rest, last].flatMap((page) => page.jobs.map(({ id }) => id));
            expect(ids.sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
          }
        },
        { needs: 'orders' },
      );
    }

    test('reads a page again from where it began, and a shorter one', async (trial) => {
      const backend = await trial.open();
      const waiting = Array.from({ length: 12 }, (_, index) => trial.job({ priority: index % 2 }));
      await trial.add(backend, ...waiting, trial.job({ delay: 1_000_000 }));
      for (const order of ['oldest', 'newest'] as const) {
        const read = async (
          limit: number,
          cursor?: string,
        ): Promise<[string[], string | undefined]> => {
          const statuses = ['waiting', 'delayed'] as const;
          const after = cursor === undefined ? {} : { cursor };
          const page = await backend.list({ statuses, order, limit, ...after });
          return [page.jobs.map(({ id }) => id), page.cursor];
        };
        const [, from] = await read(4);
        const [whole, beyond] = await read(6, from);
        expect(whole).toHaveLength(6);
        expect(await read(6, from)).toEqual([whole, beyond]);
        const [begun, between] = await read(2, from);
        const [rest] = await read(4, between);
        expect([...begun, ...rest]).toEqual(whole);
        const [last] = await read(10, beyond);
        expect(last).toHaveLength(3);
      }
    });

    test('counts and lists agree in every state', async (trial) => {
      const backend = await trial.open();
      const fail = {
        type: 'fail',
        error: { name: 'Error', message: '' },
        attemptUsed: true,
      } as const;
      const worker = await trial.work(backend, { run: 'hold', concurrency: 3 });
      await trial.add(backend, ...trial.jobs('active', 'completed', 'failed'));
      await worker.started(2);
      worker.runs[1]?.end();
      worker.runs[2]?.end(fail);
      await trial.reaches(backend, 'completed', 'completed');
      await trial.reaches(backend, 'failed', 'failed');
      await backend.setPaused({ paused: true });
      await trial.add(
        backend,
        ...trial.jobs('w1', 'w2', 'cancelled'),
        trial.job({ id: 'd', delay: 1_000_000 }),
      );
      await backend.cancel({ id: 'cancelled', error: { name: 'Error', message: '' } });
      expect(await backend.counts()).toEqual({
        waiting: 2,
        delayed: 1,
        active: 1,
        completed: 1,
        failed: 1,
        cancelled: 1,
        blocked: 0,
      });
      for (const status of JOB_STATUSES) {
        const jobs = await trial.list(backend, [status]);
        expect(jobs).toHaveLength((await backend.counts())[status]);
        expect(jobs.every((job) => job.status === status)).toBe(true);
      }
    });

    test('counts and lists agree after much has happened', async (trial) => {
      const [one, other] = [await trial.open(), await trial.open()];
      const error = { name: 'Error', message: '' };
      const outcomes = [
        { type: 'complete', result: null },
        { type: 'fail', error, attemptUsed: true },
        { type: 'cancel', error, attemptUsed: true },
        { type: 'retry', error, runAt: trial.time.now() + 1_000_000 },
        { type: 'snooze', reason: 'snoozed', runAt: trial.time.now() + 1_000_000 },
      ] as const;
      let runs = 0;
      const run = (run: { end: (outcome: (typeof outcomes)[number]) => void }): void =>
        run.end(outcomes[runs++ % 5] as (typeof outcomes)[number]);
      await trial.work(one, { run, concurrency: 7 });
      await trial.work(other, { run, concurrency: 7 });
      const jobs = Array.from({ length: 200 }, (_, index) => trial.job({ priority: index % 5 }));
      await Promise.all([trial.add(one, ...jobs), trial.add(other, ...jobs)]);
      const isDone = async (): Promise<boolean> => {
        const { waiting, active } = await one.counts();
        return waiting + active === 0;
      };
      await trial.time.until('no job is waiting or active', isDone);
      const ids = (await trial.list(one, ['delayed'])).slice(0, 20).map((job) => job.id);
      await Promise.all([other.remove({ ids }), one.remove({ ids })]);
      await trial.time.until('no job is waiting or active', isDone);
      const counts = await one.counts();
      expect(counts).toEqual(await other.counts());
      for (const status of JOB_STATUSES) {
        expect(await trial.list(one, [status])).toHaveLength(counts[status]);
      }
      expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(180);
    });
  },
};
