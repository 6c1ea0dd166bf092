import { describe, expect, it } from 'vitest';
import { runOne } from '../../test/run-one.ts';
import { settle } from '../../test/test-clock.ts';
import { errorOf, testQueue } from '../../test/test-queue.ts';
import { defineJob } from '../job/define-job.ts';

describe('a handler that returns', () => {
  it.each([0, false, '', null, undefined, { a: [1] }])(
    'completes the job with %j',
    async (result) => {
      const { stored } = await runOne(() => result);
      expect(await stored()).toMatchObject({ status: 'completed', attemptsMade: 1 });
      expect((await stored()).result).toStrictEqual(result);
    },
  );

  it('fails the job for good when its result cannot be stored', async () => {
    for (const result of [1n, { map: new Map() }, () => 1]) {
      const { stored } = await runOne(() => result);
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
    const { stored } = await runOne(() => 'x', options);
    expect(await stored()).toMatchObject({ error: { code: 'JOBS_RESULT_NOT_SERIALIZABLE' } });
  });
});

describe('a handler that throws', () => {
  it('is tried again after the backoff, and fails with the last error and a list of all', async () => {
    const starts: number[] = [];
    const { clock, stored, queue, id } = await runOne(
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
      const { stored } = await runOne(() => Promise.reject('hopeless'), options);
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
    const { stored, errors } = await runOne(() => Promise.reject(new Error('x')), { retryIf });
    expect((await stored()).status).toBe('delayed');
    expect(errors).toHaveLength(1);
  });

  it('waits the default when `backoff` throws or answers nonsense, and reports that', async () => {
    const broken = (): number => {
      throw new Error('broken');
    };
    for (const backoff of [broken, () => Number.NaN]) {
      const { stored, errors, clock } = await runOne(() => Promise.reject(new Error('x')), {
        backoff,
      });
      expect((await stored()).runAt.getTime() - clock.now()).toBe(1000);
      expect(errors).toHaveLength(1);
    }
  });

  it('fails for good where the backend lacks what it asks for', async () => {
    const { stored } = await runOne((_payload, ctx) => ctx.childResults());
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
  const { stored } = await runOne(() => Promise.reject(thrown), { attempts: 1 });
  const { status, attemptsMade, error, fencingToken } = await stored();
  expect({ status, attemptsMade, fencingToken }).toEqual({
    status: 'failed',
    attemptsMade: 1,
    fencingToken: 1,
  });
  expect(error?.name).toMatch(/./);
  expect(error?.message).toMatch(/./);
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

  it('does not expire a job that was moved beyond its expiry before it is due', async () => {
    const { queue, clock } = testQueue();
    const job = defineJob({ name: 'offer', expiresIn: 1000, handler: () => 'made' });
    const moved = await queue.enqueue(job);
    const left = await queue.enqueue(job);
    await queue.updateJob(moved.id, { delay: 5000 });
    await clock.advance(5000);
    const isExpired = async (id: string): Promise<boolean> =>
      (await queue.explain(id)).reasons.some(({ reason }) => reason === 'expired');
    expect([await isExpired(moved.id), await isExpired(left.id)]).toEqual([false, true]);
    await queue.process();
    await settle();
    expect((await queue.getJob(moved.id))?.result).toBe('made');
    expect((await queue.getJob(left.id))?.error?.code).toBe('JOBS_EXPIRED');
  });

  it('does not expire a job that has run: a retry may come later', async () => {
    let runs = 0;
    const { stored, clock } = await runOne(
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
