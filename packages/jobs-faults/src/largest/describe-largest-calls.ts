import { deadLetters, defineBatchJob, defineJob, type IQueue } from '@philjs/jobs-core';
import { expect, test } from 'vitest';
import { type LargestQueueOptions, runAll, timed } from './largest-queue.ts';
import { largestShapes, MOST, type ShapeName, work } from './largest-shapes.ts';

type Open = (options: Partial<LargestQueueOptions> & { readonly name: string }) => IQueue;

/** Registers tests of the calls that act on many jobs. */
export function describeLargestCalls(store: string, open: Open): void {
  describeEndedWorkflows(store, open);
  describeManyJobs(store, open);
  describeManyLetters(store, open);
}

function describeEndedWorkflows(store: string, open: Open): void {
  test.each(Object.keys(largestShapes) as ShapeName[])(
    `${store}: %s, and all are cancelled and removed`,
    async (shape) => {
      const queue = open({ name: `cancelled ${shape}` });
      const { items } = largestShapes[shape]('flow');
      const all = items.length;
      await queue.enqueueMany(items);
      expect(await timed(`${store}: ${shape}, cancelled`, () => queue.cancelJobs())).toBe(all);
      expect(await queue.getStats()).toMatchObject({ cancelled: all, total: all });
      const ids = items.map(({ options: { jobId } }) => jobId);
      expect(await timed(`${store}: ${shape}, removed`, () => queue.removeJobs({ ids }))).toBe(all);
      expect(await queue.getStats()).toMatchObject({ total: 0 });
    },
  );

  test(`${store}: a workflow of 10,001 jobs is cancelled, retried and run`, async () => {
    const queue = open({ name: 'cancelled workflow' });
    const { items } = largestShapes['one job waits for 10,000']('flow');
    await queue.enqueueMany(items);
    const workflow = queue.workflow('flow-last');
    expect(await timed(`${store}: workflow cancelled`, () => workflow.cancel())).toBe(items.length);
    expect(await timed(`${store}: workflow retried`, () => workflow.retryFailed())).toBe(
      items.length,
    );
    expect(await queue.getStats()).toMatchObject({ waiting: MOST, blocked: 1 });
    await runAll(queue);
    expect(await queue.getStats()).toMatchObject({ completed: items.length, total: items.length });
  });

  test(`${store}: one job fails 10,000 that wait for it, and all are retried`, async () => {
    let isBroken = true;
    const root = defineJob({
      name: 'root',
      attempts: 1,
      handler: (_payload: null) => (isBroken ? Promise.reject(new Error('broken')) : 1),
    });
    const queue = open({ name: 'failing', jobs: [root, work] });
    const { items } = largestShapes['10,000 jobs wait for one']('flow');
    const [{ options } = { options: {} }, ...rest] = items;
    await queue.enqueueMany([{ job: root, payload: null, options }, ...rest]);
    await timed(`${store}: 10,000 failed for one`, () => runAll(queue));
    expect(await queue.getStats()).toMatchObject({ failed: items.length, total: items.length });
    isBroken = false;
    expect(await timed(`${store}: retried`, () => queue.retryJobs())).toBe(items.length);
    await runAll(queue);
    expect(await queue.getStats()).toMatchObject({ completed: items.length, total: items.length });
  });
}

function describeManyJobs(store: string, open: Open): void {
  test(`${store}: 10,000 delayed jobs are promoted, and 10,000 others cleared`, async () => {
    const queue = open({ name: 'delayed' });
    const items = Array.from({ length: MOST }, () => ({
      job: work,
      payload: null,
      options: { delay: 3_600_000 },
    }));
    await timed(`${store}: 10,000 added`, () => queue.enqueueMany(items));
    expect(await timed(`${store}: promoted`, () => queue.promoteJobs())).toBe(MOST);
    await runAll(queue);
    expect(await queue.getStats()).toMatchObject({ completed: MOST, delayed: 0 });
    await queue.enqueueMany(items);
    expect(await timed(`${store}: cleared`, () => queue.clear())).toBe(2 * MOST);
    expect(await queue.getStats()).toMatchObject({ total: 0 });
  });

  test(`${store}: a job adds 10,001 children, of which one waits for the others`, async () => {
    const parent = defineJob({
      name: 'parent',
      attempts: 1,
      handler: async (_payload: undefined, ctx) => {
        const results = await ctx.childResults();
        if (results.size > 0) return results.size;
        const { items } = largestShapes['one job waits for 10,000']('child');
        return ctx.addChildren(items);
      },
    });
    const queue = open({ name: 'parents', jobs: [parent, work] });
    const job = await queue.enqueue(parent, undefined);
    await timed(`${store}: children added and run`, () => runAll(queue));
    expect((await queue.getJob(job.id))?.result).toBe(MOST + 1);
  });

  test(`${store}: one call of a handler gets 10,000 jobs`, async () => {
    const sizes: number[] = [];
    const gather = defineBatchJob({
      name: 'gather',
      size: MOST,
      wait: 60_000,
      removeOnComplete: { count: MOST },
      handler: async (numbers: readonly number[]) => {
        sizes.push(numbers.length);
      },
    });
    const queue = open({ name: 'gathered', jobs: [gather], concurrency: MOST });
    await queue.enqueueMany(
      Array.from({ length: MOST }, (_, at) => ({ job: gather, payload: at })),
    );
    await timed(`${store}: gathered`, () => runAll(queue));
    expect(sizes).toEqual([MOST]);
    expect(await queue.getStats()).toMatchObject({ completed: MOST });
  });
}

function describeManyLetters(store: string, open: Open): void {
  test(`${store}: 10,000 dead letters are put back`, async () => {
    let isBroken = true;
    const fails = defineJob({
      name: 'fails',
      attempts: 1,
      handler: (_payload: null) => (isBroken ? Promise.reject(new Error('broken')) : 1),
    });
    const dead = open({ name: 'dead', jobs: [] });
    const queue = open({ name: 'dying', jobs: [fails], deadLetter: 'dead' });
    await queue.enqueueMany(Array.from({ length: MOST }, () => ({ job: fails, payload: null })));
    await timed(`${store}: 10,000 failed with a letter`, () => runAll(queue));
    isBroken = false;
    await queue.process();
    const redrive = () => deadLetters(dead).redrive({}, { to: queue });
    expect(await timed(`${store}: redriven`, redrive)).toMatchObject({ redriven: MOST, left: 0 });
    await runAll(queue);
    expect(await dead.getStats()).toMatchObject({ total: 0 });
  });
}
