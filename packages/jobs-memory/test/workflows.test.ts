import { chain, defineJob, followJob, type JobContext, step as stepOf } from '@philjs/jobs-core';
import { createTestClock } from '@philjs/jobs-testkit';
import { expect, it } from 'vitest';
import { createMemoryStore, createQueue } from '../src/index.ts';

const step = defineJob({ name: 'step', handler: (_payload: undefined) => 'done' });
const all = defineJob({
  name: 'all',
  handler: async (_payload: undefined, ctx: JobContext) =>
    (await ctx.dependencies()).resultsOf(step).length,
});

it('waits for jobs of other queues of the store, and explains it', async () => {
  const store = createMemoryStore();
  const mail = createQueue({ name: 'mail', store, jobs: [step, all] });
  const orders = createQueue({ name: 'orders', store, jobs: [step, all] });
  await mail.enqueue(step, undefined, { jobId: 'sent' });
  const queues = [
    { id: 'sent', queue: 'mail' },
    { id: 'sent', queue: mail },
  ];
  for (const dependency of queues) {
    await orders.enqueue(all, undefined, { dependsOn: [dependency] });
  }
  const { jobs } = await orders.getJobs();
  expect(await orders.explain(jobs[0]?.id ?? '')).toMatchObject({
    summary: 'It waits for `step` (sent), which is waiting.',
  });
  await orders.process();
  await mail.process();
  for (const job of jobs) expect(await orders.waitFor(job)).toBe(1);
  await Promise.all([mail.close(), orders.close()]);
});

it('lets a step of a chain wait for the one before, whatever a middleware makes of its options', async () => {
  const first = defineJob({ name: 'first', handler: ({ n }: { n: number }) => ({ n: n + 1 }) });
  const second = defineJob({
    name: 'second',
    handler: ({ n, unit }: { n: number; unit: string }) => `${n} ${unit}`,
  });
  const queue = createQueue({
    store: createMemoryStore(),
    jobs: [first, second],
    enqueueMiddleware: (_payload, ctx, next) => {
      ctx.options = { priority: 5 };
      return next();
    },
  });
  await queue.process();
  const steps = chain([stepOf(first, { n: 1 }), stepOf(second, { unit: 'cm' })]);
  const [, last] = await queue.enqueueMany(steps);
  expect(last && (await queue.waitFor(last))).toBe('2 cm');
  expect(last?.priority).toBe(5);
  await queue.close();
});

it('fails what waits for jobs of a queue whose last user closed it', async () => {
  const clock = createTestClock();
  const [mail, orders] = [
    createQueue({ name: 'mail', clock }),
    createQueue({ name: 'orders', clock, jobs: [all] }),
  ];
  await mail.enqueue(step, undefined, { jobId: 'sent' });
  const job = await orders.enqueue(all, undefined, { dependsOn: [{ id: 'sent', queue: 'mail' }] });
  await orders.process();
  await mail.close();
  await expect(orders.waitFor(job)).rejects.toMatchObject({
    code: 'JOBS_DEPENDENCY_FAILED',
    details: { dependency: { id: 'sent', status: 'removed' } },
  });
  await orders.close();
});

it('reports nothing of children that were stored when a forced cancel had ended their parent', async () => {
  const [stored, cancelled] = [signal(), signal()];
  const parent = defineJob({
    name: 'parent',
    handler: (_payload: undefined, ctx: JobContext): Promise<unknown> =>
      ctx.addChildren([{ job: step, payload: undefined, options: { jobId: 'child' } }]),
  });
  const queue = createQueue({
    store: createMemoryStore(),
    jobs: [step, parent],
    enqueueMiddleware: async (_payload, ctx, next) => {
      const job = await next();
      if (ctx.name !== 'step') return job;
      stored.resolve();
      await cancelled.promise;
      return job;
    },
  });
  const errors: unknown[] = [];
  queue.on('error', ({ error }) => errors.push(error));
  await queue.process({ concurrency: 2 });
  const job = await queue.enqueue(parent, undefined);
  await stored.promise;
  await queue.cancelJob(job.id, { force: true });
  await expect(queue.waitFor(job)).rejects.toMatchObject({ code: 'JOBS_CANCELLED' });
  cancelled.resolve();
  expect(await queue.waitFor('child')).toBe('done');
  await queue.close();
  expect(errors).toEqual([]);
});

/** Makes a promise that the test resolves. */
function signal(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

it('runs 10,000 jobs and one that waits for all of them', async () => {
  const queue = createQueue({ name: 'big', store: createMemoryStore(), jobs: [step, all] });
  const members = Array.from({ length: 10_000 }, () => ({ job: step, payload: undefined }));
  const last = { job: all, payload: undefined, options: { dependsOn: members } };
  const stored = await queue.enqueueMany([...members, last]);
  await queue.process({ concurrency: 100 });
  expect(await queue.waitFor(stored.at(-1) as never)).toBe(10_000);
  await queue.close();
});

it('leaves no timer behind when a follower stops as a job ends that the followed one waits for', async () => {
  const clock = createTestClock();
  const queue = createQueue({ clock, jobs: [step, all] });
  const options = { delay: 1_000_000 };
  for (const jobId of ['a', 'b', 'c', 'other']) {
    await queue.enqueue(step, undefined, { ...options, jobId });
  }
  const { id } = await queue.enqueue(all, undefined, {
    dependsOn: ['a', 'b', 'c'],
    onDependencyFailure: 'continue',
  });
  // From here on there is the timer of the figures, too.
  await queue.cancelJob('other');
  const before = clock.pending;
  const states = followJob(queue, id);
  const open: unknown[] = [];
  const nextState = async (): Promise<void> => {
    const { value } = await states.next();
    open.push(value?.dependencies?.open);
  };
  await nextState();
  const next = nextState();
  await clock.settle();
  await queue.cancelJob('a');
  await clock.advance(250);
  await next;
  // It ends while nobody waits for a change.
  await queue.cancelJob('b');
  await clock.settle();
  const last = states.next();
  await clock.settle();
  await states.return();
  await last;
  expect([open, clock.pending]).toEqual([[3, 2], before]);
  await queue.close();
});

it('refuses more children in a call than a call of enqueueMany may have', async () => {
  const parent = defineJob({
    name: 'parent',
    attempts: 1,
    handler: (_payload: undefined, ctx) =>
      ctx.addChildren(Array.from({ length: 10_002 }, () => ({ job: step, payload: undefined }))),
  });
  const queue = createQueue({ jobs: [parent, step] });
  await queue.process();
  const { id } = await queue.enqueue(parent, undefined);
  await expect(queue.waitFor(id)).rejects.toMatchObject({
    message: expect.stringContaining('at most 10001'),
  });
  expect(await queue.getStats()).toMatchObject({ failed: 1, total: 1 });
  await queue.close();
});
