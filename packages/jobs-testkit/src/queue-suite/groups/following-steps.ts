import {
  batch,
  chain,
  defineJob,
  type EnqueueItem,
  type EnqueueMiddleware,
  followJob,
  type Job,
  type JobContext,
  type JobDefinition,
  step,
} from '@philjs/jobs-core';
import { expect } from 'vitest';
import { expectCode } from '../../suite/expect-code.ts';
import type { QueueGroup } from '../queue-group.ts';

interface Bill {
  readonly total: number;
  readonly currency: string;
}

const schema: NonNullable<JobDefinition<string, Bill, unknown, Bill>['schema']> = {
  '~standard': {
    version: 1,
    vendor: 'suite',
    validate: (value: unknown) => {
      const { total } = (value ?? {}) as { readonly total?: unknown };
      if (typeof total === 'number') return { value: value as Bill };
      return { issues: [{ message: 'expected a total', path: ['total'] }] };
    },
  },
};

const read = defineJob({
  name: 'read',
  attempts: 1,
  handler: ({ id }: { readonly id: number }) => {
    if (id < 0) throw new Error('no such order');
    return { total: id * 10, currency: 'USD' };
  },
});
const bill = defineJob({
  name: 'bill',
  schema,
  handler: (payload) => `${payload.total} ${payload.currency}`,
});
const count = defineJob({ name: 'count', handler: (text: string) => text.length });
const sum = defineJob({
  name: 'sum',
  handler: async (_payload: undefined, ctx: JobContext) => {
    const pages: number[][] = [];
    for await (const page of ctx.dependencyPages(2)) {
      pages.push(page.resultsOf(read).map(({ total }) => total));
    }
    return pages;
  },
});
const jobs = [read, bill, count, sum];

/** Chains, batches, and jobs that add others while they run. */
export const followingSteps: QueueGroup = {
  title: 'following steps',
  needs: 'workflows',
  tests: (test) => {
    test('chain: gives each step the result of the one before, merged with its own', async (trial) => {
      const queue = await trial.queue({ jobs });
      const steps = chain([step(read, { id: 7 }), step(bill, { currency: 'EUR' }), step(count)]);
      const stored = await queue.enqueueMany(steps);
      expect(stored.map(({ status }) => status)).toEqual(['waiting', 'blocked', 'blocked']);
      await queue.process();
      expect(await trial.result(queue, stored[1] as never)).toBe('70 EUR');
      expect(await trial.result(queue, stored[2] as never)).toBe(6);
    });

    test('batch: tells those who follow its last job how many are open', async (trial) => {
      const seen: string[] = [];
      // Each member waits until the end of the one before was seen.
      const goOn = new Map<unknown, () => void>();
      const wait = defineJob({
        name: 'wait',
        handler: (open: number) => new Promise<void>((resolve) => goOn.set(open, resolve)),
      });
      const queue = await trial.queue({ jobs: [wait, sum] });
      const items = [3, 2, 1].map((payload) => ({ job: wait, payload }));
      const last = (await queue.enqueueMany(batch(items, { then: step(sum) }))).at(-1) as Job;
      const following = (async () => {
        for await (const { status, dependencies } of followJob(queue, last)) {
          seen.push(`${status} ${dependencies?.open}`);
        }
      })();
      following.catch(() => undefined);
      await trial.time.until('it is followed', () => seen.length > 0);
      await queue.process();
      for (const open of [3, 2, 1]) {
        const isSeen = () => seen.includes(`blocked ${open}`) && goOn.has(open);
        await trial.time.until(`${open} open ones were seen`, isSeen);
        goOn.get(open)?.();
      }
      await trial.time.finish('it has ended', following);
      expect(seen.at(-1)).toBe('completed 0');
    });

    test('chain: gives the result as it is where a step has nothing of its own', async (trial) => {
      const queue = await trial.worker({ jobs });
      const stored = await queue.enqueueMany(chain([step(read, { id: 1 }), step(bill)]));
      expect(await trial.result(queue, stored[1] as never)).toBe('10 USD');
    });

    test('chain: checks the merged payload when the step starts, and fails it for good', async (trial) => {
      const empty = defineJob({ name: 'empty', handler: (_payload: undefined) => ({}) });
      const queue = await trial.worker({ jobs: [...jobs, empty] });
      const stored = await queue.enqueueMany(chain([step(empty), step(bill)] as never));
      const failed = await trial.reaches(queue, stored[1]?.id ?? '', 'failed');
      expect(failed).toMatchObject({ error: { code: 'JOBS_INVALID_PAYLOAD' }, attemptsMade: 0 });
    });

    test('chain: fails the rest when a step fails, and goes on when that is retried', async (trial) => {
      let isDown = true;
      const flaky = defineJob({
        name: 'flaky',
        attempts: 1,
        handler: (_payload: undefined) => {
          if (isDown) throw new Error('down');
          return { total: 3, currency: 'GBP' };
        },
      });
      const queue = await trial.worker({ jobs: [...jobs, flaky] });
      const stored = await queue.enqueueMany(chain([step(flaky), step(bill), step(count)]));
      const last = stored[2]?.id ?? '';
      const failed = await trial.reaches(queue, last, 'failed');
      expect(failed.error?.code).toBe('JOBS_DEPENDENCY_FAILED');
      isDown = false;
      await queue.retryJob(stored[0]?.id ?? '');
      expect((await trial.reaches(queue, last, 'completed')).result).toBe(5);
    });

    test('chain: goes on with the result of the job that a step is a duplicate of', async (trial) => {
      const queue = await trial.queue({ jobs });
      const once = { deduplicate: { key: 'once' } };
      const held = await queue.enqueue(read, { id: 4 }, once);
      const again = step(read, { id: 5 }, once);
      const first = await queue.enqueueMany(chain([again, step(bill, { currency: 'EUR' })]));
      expect(first.map(({ duplicate }) => duplicate)).toEqual([true, undefined]);
      expect(first[0]?.id).toBe(held.id);
      const heldBill = await queue.enqueue(bill, { total: 1, currency: 'USD' }, once);
      const middle = step(bill, { currency: 'EUR' }, once);
      const second = await queue.enqueueMany(chain([again, middle, step(count)]));
      expect(second.map(({ id }) => id).slice(0, 2)).toEqual([held.id, heldBill.id]);
      await queue.process();
      expect(await trial.result(queue, first[1] as never)).toBe('40 EUR');
      expect(await trial.result(queue, second[2] as never)).toBe('1 USD'.length);
    });

    test('batch: runs what follows once, with all results in order, in pages', async (trial) => {
      const queue = await trial.queue({ jobs });
      const items = [5, 3, 4, 1, 2].map((id) => ({ job: read, payload: { id } }));
      const stored = await queue.enqueueMany(batch(items, { then: step(sum) }));
      expect(stored.at(-1)).toMatchObject({ name: 'sum', dependencies: { total: 5, open: 5 } });
      await queue.process();
      const result = await trial.result(queue, stored.at(-1) as never);
      expect(result).toEqual([[50, 30], [40, 10], [20]]);
    });

    test('batch: fails with a member, or goes on without it', async (trial) => {
      const queue = await trial.worker({ jobs });
      const items = [1, -1, 2].map((id) => ({ job: read, payload: { id } }));
      const strict = await queue.enqueueMany(batch(items, { then: step(sum) }));
      await trial.reaches(queue, strict.at(-1)?.id ?? '', 'failed');
      const options = { then: step(sum), onFailure: 'continue' } as const;
      const loose = await queue.enqueueMany(batch(items, options));
      expect(await trial.result(queue, loose.at(-1) as never)).toEqual([[10], [20]]);
      const dependencies = { total: 3, open: 0, failed: 1, tolerated: 1 };
      expect(await queue.getJob(loose.at(-1)?.id ?? '')).toMatchObject({ dependencies });
    });

    test(
      'steps: have a key only if it is given, since a payload is whole when the step starts',
      async (trial) => {
        const keyed = defineJob({
          name: 'keyed',
          deduplicate: ({ total }: Bill) => `${total}`,
          tags: ({ total }: Bill) => [`${total}`],
          handler: ({ total }: Bill) => total,
        });
        const queue = await trial.queue({ jobs: [...jobs, keyed] });
        const ids: (string | undefined)[] = [];
        for (const deduplicate of [undefined, undefined, 'k', 'k']) {
          const steps = chain([step(read, { id: 1 }), step(keyed, undefined, { deduplicate })]);
          const [, last] = await queue.enqueueMany(steps);
          ids.push(last?.id);
        }
        expect(new Set(ids).size).toBe(3);
        expect(ids[3]).toBe(ids[2]);
        expect((await queue.getJob(ids[0] ?? ''))?.tags).toBeUndefined();
      },
      { needs: 'deduplication' },
    );

    test('steps: stay connected where a middleware replaces metadata and ids', async (trial) => {
      let made = 0;
      const ownIds: EnqueueMiddleware = (_payload, ctx, next) => {
        ctx.options = { ...ctx.options, jobId: `own-${++made}`, metadata: { tenant: 'acme' } };
        return next();
      };
      const queue = await trial.worker({ jobs, enqueueMiddleware: ownIds });
      const steps = chain([step(read, { id: 4 }), step(bill, { currency: 'EUR' })]);
      const then = { job: count, payload: 'abc', options: { dependsOn: steps } };
      const stored = await queue.enqueueMany([...steps, then] as EnqueueItem[]);
      expect(stored.map(({ id }) => id)).toEqual(['own-1', 'own-2', 'own-3']);
      expect(await trial.result(queue, stored[1] as Job)).toBe('40 EUR');
      const last = await trial.reaches(queue, 'own-3', 'completed');
      expect(last).toMatchObject({ result: 3, metadata: { tenant: 'acme' } });
    });

    test(
      'steps: keeps the result of the step before where the metadata of a step is changed',
      async (trial) => {
        const queue = await trial.queue({ jobs });
        const delay = 86_400_000;
        const steps = chain([step(read, { id: 4 }), step(bill, { currency: 'EUR' }, { delay })]);
        const [, second] = await queue.enqueueMany(steps);
        const id = second?.id ?? '';
        await queue.process();
        await trial.reaches(queue, id, 'delayed');
        await queue.updateJob(id, { metadata: { tenant: 'acme' } });
        await queue.promoteJob(id);
        const done = await trial.reaches(queue, id, 'completed');
        expect(done.result).toBe('40 EUR');
        expect(done.metadata).toMatchObject({ tenant: 'acme' });
      },
      { needs: 'updates' },
    );

    test('children: runs a job again when the jobs it added have ended, using no attempt', async (trial) => {
      const seen: number[] = [];
      const crawl = defineJob({
        name: 'crawl',
        attempts: 1,
        handler: async ({ ids }: { readonly ids: readonly number[] }, ctx) => {
          seen.push(ctx.attempt);
          const results = await ctx.childResults();
          if (results.size === 0) {
            await ctx.addChildren(ids.map((id) => ({ job: read, payload: { id } })));
          }
          return [...results.values()].map((result) => (result as { total: number }).total);
        },
      });
      const queue = await trial.worker({ jobs: [...jobs, crawl], concurrency: 1 });
      const job = await queue.enqueue(crawl, { ids: [3, 1, 2] });
      expect(await trial.result(queue, job)).toEqual([30, 10, 20]);
      expect(seen).toEqual([1, 1]);
      const { jobs: all } = await queue.getJobs({ name: 'read', order: 'oldest' });
      expect(all.map(({ parentId }) => parentId)).toEqual([job.id, job.id, job.id]);
    });

    test('children: a child that fails fails its parent, until it is retried', async (trial) => {
      let isDown = true;
      const child = defineJob({
        name: 'child',
        attempts: 1,
        handler: (_payload: undefined) => {
          if (isDown) throw new Error('down');
          return 'well';
        },
      });
      const parent = defineJob({
        name: 'parent',
        handler: async (_payload: undefined, ctx: JobContext) => {
          const results = await ctx.childResults();
          if (results.size > 0) return [...results.values()];
          return ctx.addChildren([
            { job: child, payload: undefined, options: { jobId: `${ctx.jobId}-child` } },
          ]);
        },
      });
      const queue = await trial.worker({ jobs: [child, parent] });
      const job = await queue.enqueue(parent, undefined, { jobId: 'p' });
      const failed = await trial.reaches(queue, job, 'failed');
      expect(failed.error).toMatchObject({
        code: 'JOBS_DEPENDENCY_FAILED',
        cause: { message: 'down' },
      });
      isDown = false;
      await queue.retryJob('p-child');
      expect((await trial.reaches(queue, job, 'completed')).result).toEqual(['well']);
    });

    test('children: are waited for, too, where the call is not awaited', async (trial) => {
      const parent = defineJob({
        name: 'parent',
        handler: async (_payload: undefined, ctx: JobContext): Promise<unknown> => {
          const results = await ctx.childResults();
          if (results.size > 0) return results.size;
          void ctx.addChildren([{ job: read, payload: { id: 1 } }]);
          while (!ctx.ended) await (ctx as { dependencies(): Promise<unknown> }).dependencies();
          return 'too early';
        },
      });
      const queue = await trial.worker({ jobs: [...jobs, parent] });
      const job = await queue.enqueue(parent, undefined);
      expect(await trial.result(queue, job)).toBe(1);
    });

    test('children: names the child that failed, not a job whose failure did not matter', async (trial) => {
      const parent = defineJob({
        name: 'parent',
        handler: async (_payload: undefined, ctx: JobContext) =>
          ctx.addChildren([{ job: read, payload: { id: -2 }, options: { jobId: 'child' } }]),
      });
      const queue = await trial.worker({ jobs: [...jobs, parent] });
      const given = await queue.enqueue(read, { id: -1 });
      const options = { dependsOn: [given], onDependencyFailure: 'continue' } as const;
      const job = await queue.enqueue(parent, undefined, options);
      const failed = await trial.reaches(queue, job, 'failed');
      expect(failed.error?.details).toMatchObject({ path: ['child'] });
    });

    test('steps: says of a failure for a removed job that it cannot be retried', async (trial) => {
      const queue = await trial.queue({ jobs });
      const first = await queue.enqueue(read, { id: 1 });
      const next = await queue.enqueue(sum, undefined, { dependsOn: [first] });
      const last = await queue.enqueue(sum, undefined, { dependsOn: [next] });
      await queue.removeJob(first.id);
      await queue.process();
      for (const job of [next, last]) {
        const { error } = await trial.reaches(queue, job, 'failed');
        expect(error?.message).toMatch(/removed job cannot be retried: enqueue .* again/);
        expect(error?.message).not.toMatch(/Retry the first/);
      }
    });

    test('children: goes on with those that completed where that is wished', async (trial) => {
      const parent = defineJob({
        name: 'parent',
        handler: async (_payload: undefined, ctx: JobContext) => {
          const children = [...(await ctx.dependencies())].filter(({ isChild }) => isChild);
          if (children.length > 0) return children.map(({ status }) => status);
          const items = [-1, 2].map((id) => ({ job: read, payload: { id } }));
          return ctx.addChildren(items, { onFailure: 'continue' });
        },
      });
      const queue = await trial.worker({ jobs: [...jobs, parent] });
      const job = await queue.enqueue(parent, undefined);
      expect(await trial.result(queue, job)).toEqual(['failed', 'completed']);
    });

    test('children: refuses a child that waits for its parent, and stores none', async (trial) => {
      const errors: unknown[] = [];
      const parent = defineJob({
        name: 'parent',
        handler: async (_payload: undefined, ctx: JobContext) => {
          const options = { dependsOn: ['after'] };
          const items = [
            { job: read, payload: { id: 1 } },
            { job: read, payload: { id: 2 }, options },
          ];
          await ctx.addChildren(items).catch((error: unknown) => errors.push(error));
        },
      });
      const queue = await trial.queue({ jobs: [...jobs, parent] });
      const job = await queue.enqueue(parent, undefined, { jobId: 'p' });
      await queue.enqueue(sum, undefined, { jobId: 'after', dependsOn: ['p'] });
      await queue.process();
      await trial.result(queue, job);
      expect(errors).toMatchObject([{ code: 'JOBS_INVALID_ARGUMENT' }]);
      expect((await queue.getJobs({ name: 'read' })).jobs).toEqual([]);
    });

    test('steps: refuses one object for two jobs that another waits for, and stores none', async (trial) => {
      const queue = await trial.queue({ jobs });
      const item = { job: read, payload: { id: 1 } };
      const items = batch([item, { ...item }, item], { then: step(sum) });
      const error = await expectCode(queue.enqueueMany(items), 'JOBS_INVALID_ARGUMENT');
      expect(error.details).toMatchObject({ index: 2, first: 0 });
      expect(await queue.getStats()).toMatchObject({ total: 0 });
    });

    test('steps: refuses what makes no sense', async () => {
      const none = [] as never;
      const [oddStep, oddOption] = [[null], { then: step(sum), onfailure: 'continue' }] as never[];
      const oddPolicy = { then: step(sum), onFailure: 'maybe' } as never;
      await expectCode(async () => chain(oddStep as never), 'JOBS_INVALID_ARGUMENT');
      await expectCode(async () => batch(none, oddOption as never), 'JOBS_INVALID_ARGUMENT');
      await expectCode(async () => batch(none, oddPolicy), 'JOBS_INVALID_ARGUMENT');
      await expectCode(async () => chain(none), 'JOBS_INVALID_ARGUMENT');
      await expectCode(async () => batch(none, {} as never), 'JOBS_INVALID_ARGUMENT');
      await expectCode(async () => batch({} as never, {} as never), 'JOBS_INVALID_ARGUMENT');
    });
  },
};
