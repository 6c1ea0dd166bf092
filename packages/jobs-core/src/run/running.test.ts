import { describe, expect, it } from 'vitest';
import { settle } from '../../test/test-clock.ts';
import { errorOf, testQueue } from '../../test/test-queue.ts';
import { defineJob } from '../job/define-job.ts';
import type { JobContext } from '../job/job-context.ts';
import type { JobOptions } from '../job/job-options.ts';

type Handler = (payload: unknown, ctx: JobContext) => unknown;

/** Runs one job until nothing changes any more. */
async function run(handler: Handler, options: JobOptions<unknown, unknown> = {}, enqueue = {}) {
  const test = testQueue();
  const job = defineJob({ name: 'work', attempts: 3, handler: handler as () => never, ...options });
  const { id } = await test.queue.enqueue(job, undefined, enqueue);
  await test.queue.process();
  await settle();
  return { ...test, id, stored: async () => (await test.queue.getJob(id))! };
}

const never = (): Promise<never> => new Promise(() => undefined);

describe('a handler that returns', () => {
  it.each([0, false, '', null, undefined, { a: [1] }])(
    'completes the job with %j',
    async (result) => {
      const { stored } = await run(() => result);
      expect(await stored()).toMatchObject({ status: 'completed', attemptsMade: 1 });
      expect((await stored()).result).toStrictEqual(result);
    },
  );

  it('fails the job for good when its result cannot be stored', async () => {
    for (const result of [1n, { map: new Map() }, () => 1]) {
      const { stored } = await run(() => result);
      expect(await stored()).toMatchObject({
        status: 'failed',
        attemptsMade: 1,
        error: { code: 'JOBS_RESULT_NOT_SERIALIZABLE' },
      });
    }
    const encode = (): never => {
      throw new Error('no');
    };
    const options = { codec: { encode, decode: (json: unknown) => json } } as object;
    const { stored } = await run(() => 'x', options);
    expect(await stored()).toMatchObject({ error: { code: 'JOBS_RESULT_NOT_SERIALIZABLE' } });
  });
});

describe('a handler that throws', () => {
  it('is tried again after the backoff, and fails with the last error and a list of all', async () => {
    const starts: number[] = [];
    const { clock, stored, queue, id } = await run(
      (_payload, ctx) => {
        starts.push(ctx.attempt);
        throw new Error(`attempt ${ctx.attempt}`);
      },
      { backoff: { type: 'fixed', delay: 500 } },
    );
    expect(await stored()).toMatchObject({ status: 'delayed', attemptsMade: 1 });
    await clock.advance(499);
    expect(starts).toEqual([1]);
    await clock.advance(501);
    expect(starts).toEqual([1, 2, 3]);
    expect(await stored()).toMatchObject({
      status: 'failed',
      attemptsMade: 3,
      error: { message: 'attempt 3' },
    });
    const { failures = [] } = await stored();
    expect(failures).toMatchObject(
      [1, 2, 3].map((attempt) => ({ attempt, error: { message: `attempt ${attempt}` } })),
    );
    const [first, second] = failures;
    expect(second!.startedAt.getTime() - first!.failedAt.getTime()).toBe(500);
    await queue.retryJob(id);
    expect((await stored()).failures).toMatchObject([{ attempt: 1 }]);
  });

  it('fails at once on an error that `retryIf` or `backoff` finds hopeless', async () => {
    const retryIf = (error: unknown): boolean => error !== 'hopeless';
    for (const options of [{ retryIf }, { backoff: () => false as const }]) {
      const { stored } = await run(() => Promise.reject('hopeless'), options);
      expect(await stored()).toMatchObject({ status: 'failed', attemptsMade: 1 });
    }
  });

  it.each([
    ['throws', 'throws'],
    ['answers with a promise', Promise.resolve(false)],
    ['answers with a promise that rejects', 'rejects'],
    ['answers with nothing', undefined],
  ])('is tried again, and the policy reported, when `retryIf` %s', async (_, answer) => {
    const retryIf = (): boolean => {
      if (answer === 'throws') throw new Error('broken policy');
      return (answer === 'rejects'
        ? Promise.reject(new Error('async'))
        : answer) as unknown as boolean;
    };
    const { stored, errors } = await run(() => Promise.reject(new Error('x')), { retryIf });
    expect((await stored()).status).toBe('delayed');
    expect(errors).toHaveLength(1);
  });

  it('waits the default when `backoff` throws or answers nonsense, and reports that', async () => {
    const broken = (): number => {
      throw new Error('broken');
    };
    for (const backoff of [broken, () => Number.NaN]) {
      const { stored, errors, clock } = await run(() => Promise.reject(new Error('x')), {
        backoff,
      });
      expect((await stored()).runAt.getTime() - clock.now()).toBe(1000);
      expect(errors).toHaveLength(1);
    }
  });

  it('fails for good where the backend lacks what it asks for', async () => {
    const { stored } = await run((_payload, ctx) => ctx.childResults());
    expect(await stored()).toMatchObject({
      status: 'failed',
      error: { code: 'JOBS_NOT_SUPPORTED' },
    });
  });

  it('has failed, and was not cancelled, when it passes on that another job was', async () => {
    const test = testQueue();
    const inner = defineJob({ name: 'inner', handler: () => 1 });
    const outer = defineJob({
      name: 'outer',
      attempts: 1,
      handler: async (_payload: undefined, ctx) => {
        const job = await ctx.queue.enqueue(inner, undefined, { delay: 1000 });
        await ctx.queue.cancelJob(job.id);
        return ctx.queue.waitFor(job);
      },
    });
    const { id } = await test.queue.enqueue(outer);
    await test.queue.process();
    await settle();
    const error = errorOf(test.backend, id);
    expect(error?.code).toBeUndefined();
    expect(error?.cause).toMatchObject({ code: 'JOBS_CANCELLED' });
  });
});

const circular = new Error('circular');
circular.cause = circular;
const unreadable = Object.defineProperty(new Error(), 'message', {
  get: () => {
    throw new Error('unreadable');
  },
});

it.each<[string, unknown]>([
  ['undefined', undefined],
  ['null', null],
  ['a string', 'x'],
  ['an empty string', ''],
  ['zero', 0],
  ['false', false],
  ['NaN', Number.NaN],
  ['a BigInt', 1n],
  ['a symbol', Symbol('s')],
  ['a function', () => 1],
  ['an object', {}],
  ['a frozen Error', Object.freeze(new Error('frozen'))],
  ['an Error whose message throws', unreadable],
  ['an AggregateError', new AggregateError([new Error('a')], 'all')],
  ['a circular cause', circular],
  ['an error named DelayedError', Object.assign(new Error('x'), { name: 'DelayedError' })],
  ['an error with a reserved message', new Error('bullmq:rateLimitExceeded')],
])('records one readable failure for %s thrown, and uses one attempt', async (_, thrown) => {
  const { stored } = await run(() => Promise.reject(thrown), { attempts: 1 });
  const { status, attemptsMade, error, fencingToken } = await stored();
  expect({ status, attemptsMade, fencingToken }).toEqual({
    status: 'failed',
    attemptsMade: 1,
    fencingToken: 1,
  });
  expect(error?.name).toMatch(/./);
  expect(error?.message).toMatch(/./);
});

describe('timeout', () => {
  it('fails an attempt whose handler never settles, at its time, and frees the slot', async () => {
    let signal: AbortSignal | undefined;
    const { clock, stored, queue } = await run(
      (_payload, ctx) => {
        signal = ctx.signal;
        return never();
      },
      { attempts: 1, timeout: 250 },
    );
    const next = defineJob({ name: 'next', handler: () => 'ran' });
    const { id } = await queue.enqueue(next);
    await clock.advance(249);
    expect([(await stored()).status, signal?.aborted]).toEqual(['active', false]);
    await clock.advance(1);
    expect(await stored()).toMatchObject({ status: 'failed', error: { code: 'JOBS_TIMEOUT' } });
    expect(signal?.reason).toMatchObject({ code: 'JOBS_TIMEOUT' });
    expect((await queue.getJob(id))?.status).toBe('completed');
  });

  it('covers what comes before the handler, which then does not start', async () => {
    let ran = false;
    const { queue, clock } = testQueue();
    const job = defineJob({
      name: 'work',
      attempts: 1,
      timeout: 100,
      onBefore: () => new Promise<void>((resolve) => clock.setTimeout(resolve, 200)),
      handler: () => {
        ran = true;
      },
    });
    const { id } = await queue.enqueue(job);
    await queue.process();
    await clock.advance(300);
    expect([(await queue.getJob(id))?.error?.code, ran]).toEqual(['JOBS_TIMEOUT', false]);
  });

  it('stands whatever the handler does afterwards, and asks no policy twice', async () => {
    let reject = (_error: Error): void => undefined;
    let asked = 0;
    const { clock, stored } = await run(
      () => new Promise((_resolve, refuse) => (reject = refuse)),
      {
        timeout: 100,
        retryIf: () => ++asked > 0,
      },
    );
    await clock.advance(100);
    const before = await stored();
    reject(new Error('late'));
    await settle();
    expect(await stored()).toEqual(before);
    expect(asked).toBe(1);
  });

  it('leaves no timer behind when the handler is in time', async () => {
    const { clock, queue, id } = await run(() => 'quick', {
      timeout: 5000,
      onFinally: async () => undefined,
    });
    await queue.waitFor(id);
    await queue.close();
    const other = await run(() => 'quick');
    await other.queue.close();
    expect(clock.pending).toBe(other.clock.pending);
  });
});

describe('cancelling', () => {
  it('aborts the signal with the reason, and ends the job without another attempt', async () => {
    const { queue, id, stored } = await run(
      (_payload, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('because of it')));
        }),
    );
    expect(await queue.cancelJob(id, 'user left')).toBe('requested');
    await settle();
    expect(await stored()).toMatchObject({
      status: 'cancelled',
      attemptsMade: 1,
      error: { code: 'JOBS_CANCELLED', message: expect.stringContaining('user left') },
      failures: [{ attempt: 1, error: { code: 'JOBS_CANCELLED' } }],
    });
  });

  it('stands though the handler returns all the same', async () => {
    let finish = (_value: string): void => undefined;
    const { queue, id, stored } = await run(() => new Promise((resolve) => (finish = resolve)));
    await queue.cancelJob(id);
    finish('done');
    await settle();
    expect(await stored()).toMatchObject({
      status: 'cancelled',
      error: { code: 'JOBS_CANCELLED' },
    });
  });

  it('waits for a handler that ignores the signal, unless it is forced', async () => {
    const { queue, id, stored } = await run(never);
    await queue.cancelJob(id, 'please');
    await settle();
    expect((await stored()).status).toBe('active');
    await queue.cancelJob(id, { force: true });
    await settle();
    expect(await stored()).toMatchObject({
      status: 'cancelled',
      error: { code: 'JOBS_CANCELLED', message: expect.stringContaining('please') },
    });
  });

  it('beats a snooze, ctx.fail and a timeout that come with it', async () => {
    for (const end of ['snooze', 'fail'] as const) {
      const { queue, id, stored } = await run((_payload, ctx) =>
        new Promise<void>((resolve) => ctx.signal.addEventListener('abort', () => resolve())).then(
          () => (end === 'snooze' ? ctx.snooze(1000) : ctx.fail(new Error('own'))),
        ),
      );
      await queue.cancelJob(id);
      await settle();
      expect((await stored()).error?.code).toBe('JOBS_CANCELLED');
    }
    const { queue, id, stored, clock } = await run(never, { timeout: 100 });
    await queue.cancelJob(id);
    await clock.advance(100);
    expect(await stored()).toMatchObject({
      status: 'cancelled',
      error: { code: 'JOBS_CANCELLED' },
    });
  });

  it('ends a job whose request was stored before it started, without its handler', async () => {
    const { queue, backend, clock, id } = await run((_payload, ctx) => ctx.snooze(1000));
    const stored = backend.store.jobs.get(id)!;
    backend.store.change(stored, { cancelRequested: { force: false, reason: 'stored' } });
    await clock.advance(1000);
    const job = await queue.getJob(id);
    const expected = { status: 'cancelled', attemptsMade: 0, error: { code: 'JOBS_CANCELLED' } };
    expect(job).toMatchObject(expected);
    expect(job).not.toHaveProperty('failures');
  });
});

describe('a worker that stops', () => {
  it('aborts what it cannot wait for, and a handler that gives in uses no attempt', async () => {
    let reason: unknown;
    const { queue, clock, stored } = await run(
      (_payload, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reason = signal.reason;
            reject(new Error('interrupted'));
          });
        }),
    );
    const stopped = queue.stop({ timeout: 100 });
    await clock.advance(100);
    await stopped;
    expect(reason).toMatchObject({ code: 'JOBS_WORKER_STOPPED' });
    expect(await stored()).toMatchObject({ status: 'waiting', attemptsMade: 0 });
    expect((await stored()).error).toBeUndefined();
  });

  it('keeps the result of a handler that ends all the same', async () => {
    const { queue, clock, stored } = await run(
      (_payload, { signal }) =>
        new Promise((resolve) => signal.addEventListener('abort', () => resolve('saved'))),
    );
    const stopped = queue.stop({ timeout: 100 });
    await clock.advance(100);
    await stopped;
    expect(await stored()).toMatchObject({ status: 'completed', result: 'saved' });
  });
});

describe('ctx.snooze', () => {
  it('puts the job back without using an attempt, as often as it is asked', async () => {
    let runs = 0;
    const { clock, stored } = await run((_payload, ctx) => {
      runs += 1;
      return runs < 5 ? ctx.snooze(1000) : 'done';
    });
    expect(await stored()).toMatchObject({ status: 'delayed', attemptsMade: 0 });
    await clock.advance(4000);
    expect(await stored()).toMatchObject({ status: 'completed', attemptsMade: 1, fencingToken: 5 });
  });

  it('stands though the handler swallows it, and the first decision counts', async () => {
    const { stored } = await run((_payload, ctx) => {
      for (const decide of [() => ctx.snooze(1000), () => ctx.fail(new Error('too late'))]) {
        try {
          decide();
        } catch {
          expect(ctx.ended).toBe(true);
        }
      }
      return 'went on';
    });
    expect(await stored()).toMatchObject({ status: 'delayed', attemptsMade: 0 });
    expect((await stored()).error).toBeUndefined();
  });

  it.each([-1, Number.NaN, '5s'])('refuses %s', async (ms) => {
    const { stored } = await run((_payload, ctx) => ctx.snooze(ms as number), { attempts: 1 });
    expect((await stored()).error?.code).toBe('JOBS_INVALID_ARGUMENT');
  });
});

describe('ctx.fail', () => {
  it('fails the job for good with what it is given', async () => {
    for (const [error, message] of [
      [new TypeError('hopeless'), 'hopeless'],
      ['in words', 'in words'],
    ] as const) {
      const { stored } = await run((_payload, ctx) => ctx.fail(error));
      expect(await stored()).toMatchObject({
        status: 'failed',
        attemptsMade: 1,
        error: { message },
      });
    }
  });
});

describe('what a worker does not run', () => {
  it('leaves a job it does not know, or of a newer version, for one that does', async () => {
    const test = testQueue({ unknownJobs: 'accept' });
    const known = defineJob({ name: 'known', version: 2, handler: () => 'ran' });
    test.queue.register(known);
    const unknown = await test.queue.enqueue('elsewhere' as never);
    const newer = await test.queue.enqueue(known);
    const stored = test.backend.store.jobs.get(newer.id)!;
    test.backend.store.change(stored, { version: 3 });
    await test.queue.process();
    await settle();
    for (const [id, reason] of [
      [unknown.id, 'unknown-job'],
      [newer.id, 'unknown-version'],
    ] as const) {
      expect(test.backend.store.jobs.get(id)?.record).toMatchObject({
        status: 'delayed',
        snoozeReason: reason,
        attemptsMade: 0,
      });
    }
    await test.clock.advance(600_000);
    const { fencingToken } = test.backend.store.jobs.get(unknown.id)!.record;
    expect(fencingToken).toBeLessThan(60);
  });

  it('fails a job that waited longer than `expiresIn`, unstarted, and tells its hook', async () => {
    const seen: unknown[] = [];
    let runs = 0;
    const { queue, clock } = testQueue();
    const job = defineJob({
      name: 'offer',
      expiresIn: 1000,
      onFail: (error, ctx) => void seen.push([(error as { code: string }).code, ctx.payload]),
      handler: (_payload: string) => ++runs,
    });
    const late = await queue.enqueue(job, 'late');
    await clock.advance(1000);
    const fresh = await queue.enqueue(job, 'fresh');
    await queue.process();
    await settle();
    expect(await queue.getJob(late.id)).toMatchObject({
      status: 'failed',
      attemptsMade: 0,
      error: { code: 'JOBS_EXPIRED' },
    });
    expect((await queue.getJob(fresh.id))?.status).toBe('completed');
    expect([seen, runs]).toEqual([[['JOBS_EXPIRED', 'late']], 1]);
  });

  it('does not expire a job that has run: a retry may come later', async () => {
    let runs = 0;
    const { stored, clock } = await run(
      () => {
        runs += 1;
        if (runs === 1) throw new Error('once');
        return 'done';
      },
      { expiresIn: 500, backoff: { type: 'fixed', delay: 5000 } },
    );
    await clock.advance(5000);
    expect((await stored()).status).toBe('completed');
  });
});

describe('metrics', () => {
  it('count how runs ended, with wait and run time', async () => {
    const { queue, backend, clock } = testQueue({ concurrency: 5 });
    const wait = (ms: number) => new Promise((resolve) => clock.setTimeout(() => resolve(ms), ms));
    const job = defineJob({
      name: 'mixed',
      attempts: 2,
      backoff: () => 100,
      handler: async (how: string, ctx) => {
        await wait(50);
        if (how === 'throw') throw new Error('x');
        if (how === 'snooze' && ctx.fencingToken === 1) ctx.snooze(10);
      },
    });
    for (const how of ['return', 'throw', 'snooze', 'cancel']) await queue.enqueue(job, how);
    await queue.enqueue(job, 'expire', { expiresIn: 1, jobId: 'expired' });
    await queue.process();
    await clock.advance(10);
    await queue.cancelJob([...backend.store.jobs.keys()][3]!, { force: true });
    await clock.advance(5000);
    const counts = backend.measured.reduce<Record<string, number>>((sum, bucket) => {
      for (const [key, count] of Object.entries(bucket.counts)) sum[key] = (sum[key] ?? 0) + count;
      return sum;
    }, {});
    expect(counts).toEqual({ completed: 3, retried: 1, failed: 1, snoozed: 1, cancelled: 1 });
    await queue.close();
  });

  it('count a job that was cancelled before it started, by the process that did, also while it closes', async () => {
    const { queue, backend } = testQueue();
    const job = defineJob({ name: 'later', handler: () => 1 });
    const [one, two] = [await queue.enqueue(job, undefined), await queue.enqueue(job, undefined)];
    expect(await queue.cancelJob(one.id)).toBe('cancelled');
    expect(await queue.cancelJob(one.id)).toBe('finished');
    expect(await queue.cancelJob(two.id)).toBe('cancelled');
    await queue.close();
    expect(backend.measured.map(({ name, counts }) => [name, counts])).toEqual([
      ['later', { cancelled: 2 }],
    ]);
  });
});
