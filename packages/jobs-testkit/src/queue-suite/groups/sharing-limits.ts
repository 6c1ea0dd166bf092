import { defineJob, type LimitSettings } from '@philjs/jobs-core';
import { expect } from 'vitest';
import { expectCode } from '../../suite/expect-code.ts';
import type { QueueGroup } from '../queue-group.ts';
import type { QueueTrial } from '../queue-trial.ts';

const api = { scope: 'queue', name: 'api' } as const;
const key = (user: string): string => user;
const DAY_MS = 86_400_000;

/** Makes two jobs with the same limits, which last, and note who runs. */
function twoJobs({ time }: QueueTrial, options: object, lastsMs = 0) {
  const starts: string[] = [];
  let [active, most] = [0, 0];
  const handler = async (user: string): Promise<void> => {
    starts.push(user);
    active += 1;
    most = Math.max(most, active);
    if (lastsMs > 0) await time.sleep(lastsMs);
    active -= 1;
  };
  const jobs = ['sync', 'mail'].map((name) => defineJob({ name, ...options, handler }));
  const [sync, mail] = jobs as [(typeof jobs)[0], (typeof jobs)[0]];
  return { jobs, sync, mail, starts, most: (): number => most };
}

/** Definitions name a limit that their jobs share. */
export const sharingLimits: QueueGroup = {
  title: 'sharing limits among types of jobs',
  needs: 'sharedLimits',
  tests: (test) => {
    test('runs one job of a user at a time, whatever its type', async (trial) => {
      const { time } = trial;
      const made = twoJobs(trial, { concurrency: { max: 1, key, ...api } }, time.delayMs);
      const queue = await trial.worker({ jobs: made.jobs, concurrency: 5 });
      const { sync, mail } = made;
      const jobs = await queue.enqueueMany(
        [sync, mail, sync].map((job) => ({ job, payload: 'ada' })),
      );
      for (const { id } of jobs) await trial.reaches(queue, id, 'completed');
      expect(made.most()).toBe(1);
    });

    test('limits all jobs of a queue together by its defaults', async (trial) => {
      const made = twoJobs(trial, {}, 1_000_000);
      const defaultJobOptions = { concurrency: { max: 2, ...api } };
      const jobs = [made.sync, made.mail];
      const queue = await trial.worker({ jobs, concurrency: 5, defaultJobOptions });
      const producer = await trial.queue({ unknownJobs: 'accept' });
      await queue.enqueueMany([...jobs, ...jobs].map((job) => ({ job, payload: 'ada' })));
      await producer.enqueue('sync' as never, 'bob' as never);
      await trial.time.until('two run', () => made.starts.length === 2);
      await trial.time.settle();
      expect(made.starts).toHaveLength(2);
      const { reasons } = await queue.explain(
        (await queue.getJobs({ status: 'waiting' })).jobs[0]?.id ?? '',
      );
      expect(reasons.map(({ reason }) => reason)).toEqual(['concurrency-full']);
    });

    test('asks a job for the key of a shared limit that was enqueued by name alone', async (trial) => {
      const made = twoJobs(trial, { concurrency: { max: 1, ...api } }, 1_000_000);
      const producer = await trial.queue({ unknownJobs: 'accept' });
      for (const name of ['sync', 'mail']) await producer.enqueue(name as never, name as never);
      await trial.worker({ jobs: made.jobs, concurrency: 5 });
      await trial.time.until('one runs', () => made.starts.length === 1);
      await trial.time.settle();
      expect(made.starts).toEqual(['sync']);
    });

    test('reads and changes a shared limit by its name, until that is taken back', async (trial) => {
      const { time } = trial;
      const made = twoJobs(trial, { concurrency: { max: 1, ...api } }, 1_000_000);
      const queue = await trial.worker({ jobs: made.jobs, concurrency: 10 });
      const limit = { limit: 'api' };
      const items = [made.sync, made.mail, made.sync, made.mail];
      await queue.enqueueMany(items.map((job) => ({ job, payload: 'ada' })));
      await time.until('one runs', () => made.starts.length === 1);
      expect((await queue.getLimits(limit)).limits).toEqual({ concurrency: 1 });
      await queue.setLimits(limit, { concurrency: 3 });
      await time.until('three run', () => made.starts.length === 3);
      await time.settle();
      expect(made.starts).toHaveLength(3);
      expect(await queue.getLimits(limit)).toMatchObject({
        limits: { concurrency: 3 },
        published: { concurrency: 1 },
        override: { concurrency: 3 },
      });
      await queue.setLimits(limit, { concurrency: null, rateLimit: { max: 9, per: DAY_MS } });
      await time.until('all run', () => made.starts.length === 4);
      await queue.setLimits(limit, null);
      expect((await queue.getLimits(limit)).limits).toEqual({ concurrency: 1 });
      expect((await queue.getLimits('sync')).limits).toEqual({});
    });

    test('refuses settings of a shared limit that make no sense', async (trial) => {
      const queue = await trial.queue();
      const set = (limit: unknown, limits: unknown): Promise<void> =>
        queue.setLimits({ limit } as { limit: string }, limits as LimitSettings);
      await expectCode(set('api', { concurrencyPerKey: 1 }), 'JOBS_INVALID_ARGUMENT');
      await expectCode(set('api', { concurrency: 0 }), 'JOBS_INVALID_ARGUMENT');
      await expectCode(set('', { concurrency: 1 }), 'JOBS_INVALID_ARGUMENT');
      await expectCode(set('n'.repeat(65), { concurrency: 1 }), 'JOBS_INVALID_ARGUMENT');
    });

    test('refuses definitions that give a limit of one name other numbers', async (trial) => {
      const of = (max: number) =>
        defineJob({ name: `job-${max}`, handler: () => max, concurrency: { max, ...api } });
      const [one, two] = [of(1), of(2)];
      await expectCode(trial.queue({ jobs: [one, two] }), 'JOBS_CONFLICT');
      const queue = await trial.queue({ jobs: [one] });
      await expectCode(() => queue.register(two), 'JOBS_CONFLICT');
    });

    test('names the shared limit that keeps a job waiting', async (trial) => {
      const made = twoJobs(
        trial,
        {
          concurrency: { max: 1, key, ...api },
          rateLimit: { max: 1, per: DAY_MS, scope: 'queue', name: 'daily' },
        },
        1_000_000,
      );
      const queue = await trial.worker({ jobs: made.jobs, concurrency: 5 });
      await queue.enqueue(made.sync, 'ada');
      const { id } = await queue.enqueue(made.mail, 'ada');
      await trial.time.until('the first runs', () => made.starts.length === 1);
      const { reasons } = await queue.explain(id);
      expect(reasons.map(({ reason }) => reason)).toEqual(['rate-limited', 'concurrency-full']);
      const [rate, full] = reasons.map(({ message }) => message);
      expect(rate).toContain('`daily`');
      expect(full).toContain('limit `api` of key `ada`');
    });

    test('holds back all jobs that share the limit', async (trial) => {
      const { time } = trial;
      const starts: string[] = [];
      const jobs = ['sync', 'mail'].map((name) =>
        defineJob({
          name,
          rateLimit: { max: 9, per: DAY_MS, ...api },
          handler: async (_: string, ctx) => {
            starts.push(name);
            if (name === 'sync') await ctx.holdBack(1_000_000);
          },
        }),
      );
      const queue = await trial.worker({ jobs, concurrency: 1 });
      const [sync, mail] = jobs as [(typeof jobs)[0], (typeof jobs)[0]];
      const first = await queue.enqueue(sync, 'ada');
      const second = await queue.enqueue(mail, 'ada');
      await trial.reaches(queue, first.id, 'completed');
      await time.settle();
      expect(starts).toEqual(['sync']);
      const { reasons } = await queue.explain(second.id);
      expect(reasons.map(({ reason }) => reason)).toContain('held-back');
    });
  },
};
