import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../test/code-of.ts';
import { strayRejections } from '../../test/stray-rejections.ts';
import { settle } from '../../test/test-clock.ts';
import { testQueue } from '../../test/test-queue.ts';
import { createQueue } from '../queue/create-queue.ts';
import { type BatchHandler, defineBatchJob } from './define-batch-job.ts';
import type { JobDefinition } from './job-definition.ts';

type Handler = BatchHandler<string, unknown>;

/** A queue with a batch job of three, and what its handler was called with. */
function batches(
  handler: Handler = (payloads) => payloads.map((text) => text.toUpperCase()),
  more: object = {},
) {
  const calls: (readonly string[])[] = [];
  const job = defineBatchJob({
    name: 'batch',
    size: 3,
    wait: 1000,
    attempts: 1,
    backoff: { type: 'fixed', delay: 10 },
    ...more,
    handler: (payloads: readonly string[], ctxs) => {
      calls.push(payloads);
      return handler(payloads, ctxs);
    },
  }) as JobDefinition<'batch', string, unknown>;
  const test = testQueue({ jobs: [job], concurrency: 10 });
  const add = (...texts: string[]) =>
    test.queue.enqueueMany(texts.map((payload) => ({ job, payload })));
  const read = async (ids: readonly { id: string }[]) =>
    Promise.all(ids.map(async ({ id }) => test.queue.getJob(id)));
  return { ...test, job, calls, add, read };
}

describe('a job handled in batches', () => {
  it('refuses options that are none, in its own name', () => {
    const define = (options: object): unknown =>
      defineBatchJob({ name: 'b', size: 2, handler: () => undefined, ...options });
    expect(() => define({ wiat: 5 })).toThrow(
      'Unknown option `wiat` in `defineBatchJob`, did you mean `wait`?',
    );
    expect(() => define({ batchSize: 5 })).toThrow('did you mean `size`?');
    expect(() => defineBatchJob(undefined as never)).toThrow('Expected `defineBatchJob` to be an');
  });

  it('refuses a batch that its own limit never lets be full', () => {
    const define = (concurrency: unknown): unknown =>
      defineBatchJob({ name: 'b', size: 10, concurrency, handler: () => undefined } as never);
    const perKey = { key: () => 'a', max: 2 };
    expect(() => define(9)).toThrow(
      'Expected `size` to be at most 9, the `concurrency` of the job, got `10`.',
    );
    expect(() => define([9, perKey])).toThrow('to be at most 9');
    for (const concurrency of [10, [10, perKey], perKey, undefined]) define(concurrency);
  });

  it('refuses a timeout that each job of a batch would wait for', () => {
    const define = (size: number, timeout: number): unknown =>
      defineBatchJob({ name: 'b', size, wait: 300, timeout, handler: () => undefined });
    const message = 'Expected `timeout` to be more than `wait`, which is 300 ms, got `200`.';
    expect(() => define(5, 200)).toThrow(message);
    expect(() => define(5, 300)).toThrow('more than `wait`');
    for (const [size, timeout] of [
      [5, 301],
      [1, 200],
    ] as const)
      define(size, timeout);
  });

  it('takes as many as its size at once, and the rest after its wait', async () => {
    const { queue, calls, clock, add, read } = batches();
    const jobs = await add('a', 'b', 'c', 'd', 'e');
    await queue.process();
    await settle();
    expect(calls).toEqual([['a', 'b', 'c']]);
    await clock.advance(999);
    expect(calls).toHaveLength(1);
    await clock.advance(1);
    expect(calls[1]).toEqual(['d', 'e']);
    const results = (await read(jobs)).map((job) => job?.result);
    expect(results).toEqual(['A', 'B', 'C', 'D', 'E']);
  });

  it('gives each its own outcome: a result, an error that is retried, a failure, a snooze', async () => {
    let run = 0;
    const { queue, clock, add, read, calls } = batches(
      (payloads, ctxs) => {
        if (run++ > 0) return payloads.map(() => 'later');
        ctxs[1]?.fail(new Error('hopeless'));
        ctxs[2]?.snooze(5000);
        return [new Error('once'), 'not this', undefined];
      },
      { attempts: 2 },
    );
    const jobs = await add('again', 'never', 'later');
    await queue.process();
    await settle();
    expect((await read(jobs)).map((job) => job?.status)).toEqual(['delayed', 'failed', 'delayed']);
    await clock.advance(10_000);
    const ended = await read(jobs);
    expect(ended.map((job) => [job?.status, job?.attemptsMade])).toEqual([
      ['completed', 2],
      ['failed', 1],
      ['completed', 1],
    ]);
    expect(ended[1]?.error?.message).toBe('hopeless');
    expect(calls.slice(1)).toEqual([['again'], ['later']]);
  });

  it('completes all when its handler returns nothing, and fails all when it throws', async () => {
    const quiet = batches(() => undefined);
    const done = await quiet.add('a', 'b', 'c');
    await quiet.queue.process();
    await settle();
    expect((await quiet.read(done)).map((job) => job?.status)).toEqual([
      'completed',
      'completed',
      'completed',
    ]);
    const loud = batches((_, ctxs) => {
      ctxs[0]?.snooze(60_000);
      throw new Error('the database is away');
    });
    const failed = await loud.add('a', 'b', 'c');
    await loud.queue.process();
    await settle();
    expect((await loud.read(failed)).map((job) => job?.error?.message)).toEqual([
      undefined,
      'the database is away',
      'the database is away',
    ]);
  });

  it('fails all when the results are not one for each job', async () => {
    const { queue, add, read } = batches(() => ['one']);
    const jobs = await add('a', 'b', 'c');
    await queue.process();
    await settle();
    for (const job of await read(jobs)) {
      expect(job?.error).toMatchObject({ code: 'JOBS_INVALID_ARGUMENT' });
      expect(job?.error?.message).toContain('an array of 3 results');
    }
  });

  it('takes promises as results, of which none that rejects ends the process', async () => {
    const reject = async (): Promise<never> => Promise.reject(new Error('one is bad'));
    let results = (): unknown[] => [Promise.resolve('one'), reject(), reject()];
    const { queue, add, read } = batches((_payloads, ctxs) => {
      ctxs[2]?.fail(new Error('hopeless'));
      return results() as never;
    });
    let ends: unknown;
    const stray = await strayRejections(async () => {
      const jobs = await add('a', 'b', 'c');
      await queue.process();
      await settle();
      results = () => [reject(), reject()];
      const others = await add('d', 'e', 'f');
      await settle();
      ends = (await read([...jobs, ...others])).map((job) => job?.result ?? job?.error?.message);
    });
    const none = expect.stringContaining('an array of 3 results');
    expect(ends).toEqual(['one', 'one is bad', 'hopeless', none, none, 'hopeless']);
    expect(stray).toEqual([]);
  });

  it('lets a job that is cancelled while it waits leave the batch', async () => {
    const { queue, calls, clock, add, read } = batches();
    const jobs = await add('a', 'b');
    await queue.process();
    await settle();
    await queue.cancelJob(jobs[0]?.id ?? '');
    await settle();
    expect((await read(jobs))[0]?.status).toBe('cancelled');
    await clock.advance(1000);
    expect(calls).toEqual([['b']]);
  });

  it('times out one by one, the wait included, and goes on with the others', async () => {
    const { queue, clock, calls, job, read } = batches();
    const options = { timeout: 500 };
    const jobs = await queue.enqueueMany(['a', 'b'].map((payload) => ({ job, payload, options })));
    await queue.process();
    await clock.advance(500);
    for (const one of await read(jobs)) expect(one?.error?.code).toBe('JOBS_TIMEOUT');
    await clock.advance(1000);
    expect(calls).toEqual([]);
    expect(clock.pending).toBeLessThanOrEqual(3); // no timer of an empty batch is left
  });

  it('aborts the signal of one job only when that is cancelled while the handler runs', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const signals: AbortSignal[] = [];
    const { queue, add, read } = batches(async (payloads, ctxs) => {
      signals.push(...ctxs.map((ctx) => ctx.signal));
      await held;
      return payloads;
    });
    const jobs = await add('a', 'b', 'c');
    await queue.process();
    await settle();
    await queue.cancelJob(jobs[1]?.id ?? '');
    await settle();
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, true, false]);
    release();
    await settle();
    expect((await read(jobs)).map((job) => job?.status)).toEqual([
      'completed',
      'cancelled',
      'completed',
    ]);
  });

  it('holds a slot for each job, and starts when the worker has none left', async () => {
    const { job, calls } = batches();
    const warnings: string[] = [];
    const logger = {
      debug() {},
      info() {},
      error() {},
      warn: (text: string) => void warnings.push(text),
    };
    const { backend, clock } = testQueue();
    const queue = createQueue({ backend, clock, jobs: [job], concurrency: 2, logger });
    await queue.enqueueMany(['a', 'b', 'c', 'd'].map((payload) => ({ job, payload })));
    await queue.process();
    await settle();
    expect(calls).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    expect(warnings).toEqual([expect.stringContaining('Raise its `concurrency`')]);
    await queue.close();
  });

  it('runs middleware and hooks around each job', async () => {
    const seen: unknown[] = [];
    const { queue, add } = batches(undefined, {
      middleware: async (payload: string, _ctx: unknown, next: () => Promise<unknown>) => {
        seen.push(`before ${payload}`);
        seen.push(await next());
      },
      onComplete: (result: unknown) => seen.push(result),
      onBefore: (payload: string) => seen.push(payload),
    });
    await add('a', 'b', 'c');
    await queue.process();
    await settle();
    expect(seen.slice(0, 3)).toEqual(['a', 'b', 'c']);
    expect(seen).toEqual(expect.arrayContaining(['before a', 'A', 'B', 'C']));
  });

  it('counts each job under its rate as it joins, and hands over all of a batch at once', async () => {
    const rateLimit = { max: 1, per: 1000 };
    const { queue, clock, calls, add } = batches(undefined, { wait: 10_000, rateLimit });
    await add('a', 'b', 'c');
    await queue.process();
    await clock.advance(1500);
    expect(calls).toEqual([]);
    await clock.advance(1000);
    expect(calls).toEqual([['a', 'b', 'c']]);
  });

  it('puts the jobs back that are over a rate limit, and them alone', async () => {
    const { queue, clock, add, read } = batches(async (payloads, ctxs) => {
      const limit = { key: 'api', max: 2, per: 60_000 };
      await Promise.all(ctxs.map((ctx) => ctx.takeRateLimit(limit)));
      return payloads.map((text, index) => (ctxs[index]?.ended ? 'not this' : text));
    });
    const jobs = await add('a', 'b', 'c');
    await queue.process();
    await settle();
    const facts = (await read(jobs)).map((job) => [job?.status, job?.result, job?.attemptsMade]);
    expect(facts).toEqual([
      ['completed', 'a', 1],
      ['completed', 'b', 1],
      ['delayed', undefined, 0],
    ]);
    await clock.advance(61_000);
    expect((await read(jobs))[2]).toMatchObject({ status: 'completed', result: 'c' });
  });

  it('fails all when a limit is none, as for any other throw', async () => {
    const { queue, add, read } = batches(async (_payloads, ctxs) => {
      await ctxs[0]?.takeRateLimit({ key: '', max: 1, per: 1 });
    });
    const jobs = await add('a', 'b', 'c');
    await queue.process();
    await settle();
    for (const job of await read(jobs)) expect(job?.error?.code).toBe('JOBS_INVALID_ARGUMENT');
  });

  it('has contexts of each job that report for it', async () => {
    const { queue, add, read } = batches(async (payloads, ctxs) => {
      await Promise.all(ctxs.map((ctx, index) => ctx.updateProgress(index * 10)));
      return ctxs.map((ctx, index) => [ctx.jobId, ctx.payload === payloads[index], ctx.attempt]);
    });
    const jobs = await add('a', 'b', 'c');
    await queue.process();
    await settle();
    const done = await read(jobs);
    expect(done.map((job) => job?.progress)).toEqual([0, 10, 20]);
    expect(done.map((job) => job?.result)).toEqual(jobs.map(({ id }) => [id, true, 1]));
  });

  it('keeps the jobs of different queues apart', async () => {
    const { job, calls } = batches();
    const queues = [
      testQueue({ jobs: [job], concurrency: 5 }),
      testQueue({ jobs: [job], concurrency: 5 }),
    ];
    for (const { queue } of queues) {
      await queue.enqueueMany(['a', 'b'].map((payload) => ({ job, payload })));
      await queue.process();
    }
    await settle();
    expect(calls).toEqual([]);
    for (const { clock } of queues) await clock.advance(1000);
    expect(calls).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  it('starts at once when the worker stops, which gives it no more jobs', async () => {
    const { queue, clock, calls, add, read } = batches(undefined, { wait: 60_000 });
    const jobs = await add('a', 'b');
    await queue.process();
    await settle();
    expect(calls).toEqual([]);
    const stopped = queue.stop({ timeout: 100 });
    await clock.advance(2000);
    await stopped;
    expect(calls).toEqual([['a', 'b']]);
    expect((await read(jobs))[0]).toMatchObject({ status: 'completed', result: 'A' });
    // A worker that starts later gathers again.
    await queue.process();
    await add('c');
    await settle();
    expect(calls).toHaveLength(1);
    const stoppedAgain = queue.stop({ timeout: 100 });
    await clock.advance(2000);
    await stoppedAgain;
    expect(calls[1]).toEqual(['c']);
  });

  it('is given back when the worker stops with no time left before the batch has started', async () => {
    const { queue, clock, calls, add, read } = batches(undefined, { wait: 60_000 });
    const jobs = await add('a');
    await queue.process();
    await settle();
    const stopped = queue.stop({ timeout: 0 });
    await clock.advance(2000);
    await stopped;
    expect((await read(jobs))[0]).toMatchObject({ status: 'waiting', attemptsMade: 0 });
    expect(calls).toEqual([]);
  });

  it.each([
    [{ size: 0 }, 'size'],
    [{ size: 2.5 }, 'size'],
    [{ wait: -1 }, 'wait'],
    [{ wait: '5s' }, 'wait'],
    [{ handler: undefined }, 'handler'],
    [{ name: '' }, 'name'],
    [{ atempts: 5 }, 'defineBatchJob.atempts'],
  ])('refuses %j', (change, field) => {
    const spec = { name: 'x', size: 3, handler: () => undefined, ...change };
    expect(refusalOf(() => defineBatchJob(spec as never))?.field).toBe(field);
  });
});
