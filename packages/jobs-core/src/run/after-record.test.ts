import { describe, expect, it } from 'vitest';
import { settle } from '../../test/test-clock.ts';
import { testQueue } from '../../test/test-queue.ts';
import type { JobRecord } from '../contract/job-record.ts';
import { JobsError } from '../errors/jobs-error.ts';
import { defineJob } from '../job/define-job.ts';
import type { JobContext } from '../job/job-context.ts';
import type { JobOptions } from '../job/job-options.ts';

const HOOKS = ['onComplete', 'onFail', 'onRetry', 'onFinally'] as const;
type Hooks = Pick<JobOptions<unknown, unknown>, (typeof HOOKS)[number]>;

/** Makes hooks that note their name, and the job's state when they are called. */
function noting(seen: string[], stateOf: () => JobRecord['status'] | undefined): Hooks {
  return Object.fromEntries(HOOKS.map((name) => [name, () => seen.push(`${name} ${stateOf()}`)]));
}

function setUp(handler: (ctx: JobContext) => unknown, options: JobOptions<unknown, unknown> = {}) {
  const test = testQueue();
  const seen: string[] = [];
  let id: string | undefined;
  const stateOf = () => test.backend.store.jobs.get(id ?? '')?.record.status;
  const job = defineJob({
    name: 'work',
    attempts: 1,
    handler: ((_payload: undefined, ctx: JobContext) => handler(ctx)) as () => never,
    ...noting(seen, stateOf),
    ...options,
  });
  const start = async (): Promise<string> => {
    ({ id } = await test.queue.enqueue(job));
    await test.queue.process();
    await settle();
    return id;
  };
  const counted = async (): Promise<Record<string, number>> => {
    await test.clock.advance(1000);
    return Object.assign({}, ...test.backend.measured.map(({ counts }) => counts));
  };
  return { ...test, seen, start, stateOf, counted, job };
}

describe('hooks come after the outcome is recorded', () => {
  it('a completed job is completed when they are called', async () => {
    const { seen, start } = setUp(() => 'ok');
    await start();
    expect(seen).toEqual(['onComplete completed', 'onFinally completed']);
  });

  it('so is a retry, and a failure for good', async () => {
    const { seen, start, clock } = setUp(() => Promise.reject(new Error('x')), {
      attempts: 2,
      backoff: () => 10,
    });
    await start();
    await clock.advance(10);
    expect(seen).toEqual([
      'onRetry delayed',
      'onFinally delayed',
      'onFail failed',
      'onFinally failed',
    ]);
  });

  it('none is called for a lease that was lost meanwhile, and nothing is counted', async () => {
    const { seen, start, backend, counted, errors } = setUp(async (ctx) => {
      const stored = backend.store.jobs.get(ctx.jobId)!;
      backend.store.change(stored, { fencingToken: 7 });
      return 'ok';
    });
    await start();
    expect(seen).toEqual([]);
    expect(await counted()).toEqual({});
    expect(errors).toMatchObject([{ code: 'JOBS_LEASE_LOST' }]);
  });

  it('what is reported is what was recorded, when the store refuses the outcome itself', async () => {
    const { seen, start, backend, clock, counted } = setUp(() => 'ok');
    const refuse = () => {
      throw new JobsError('JOBS_BACKEND_CONTRACT', 'no room for this result');
    };
    backend.store.complete = refuse;
    await start();
    await clock.advance(5000);
    expect(seen).toEqual(['onFail failed', 'onFinally failed']);
    expect(await counted()).toEqual({ failed: 1 });
  });

  it('stopping while only a hook runs does not run the handler again', async () => {
    let runs = 0;
    let hooks = 0;
    const { start, queue, backend, clock, job } = setUp(
      () => {
        runs += 1;
        return 'ok';
      },
      {
        onFinally: () => {
          hooks += 1;
          return new Promise(() => undefined);
        },
      },
    );
    await start();
    const stopped = queue.stop({ timeout: 0 });
    await clock.advance(10_000);
    await stopped;
    const other = testQueue({ backend, clock, jobs: [job] });
    await other.queue.process();
    await clock.advance(60_000);
    expect([runs, hooks]).toEqual([1, 1]);
    expect(await queue.getStats()).toMatchObject({ completed: 1, waiting: 0, active: 0 });
  });

  it('a slot is free only when the hooks of its job have ended, and its lease is renewed no more', async () => {
    let active = 0;
    let most = 0;
    const { queue, backend, clock } = testQueue({ concurrency: 2 });
    let release: (() => void)[] = [];
    const job = defineJob({
      name: 'hooked',
      handler: () => {
        active += 1;
        most = Math.max(most, active);
      },
      onFinally: () =>
        new Promise<void>((resolve) => {
          release.push(() => {
            active -= 1;
            resolve();
          });
        }),
    });
    await queue.enqueueMany(Array.from({ length: 6 }, () => ({ job, payload: undefined })));
    await queue.process();
    await settle();
    let renewals = 0;
    const { extend } = backend.store;
    backend.store.extend = (params) => {
      renewals += params.leases.length;
      return extend.call(backend.store, params);
    };
    await clock.advance(25_000);
    expect([most, renewals]).toEqual([2, 0]);
    for (let round = 0; round < 3; round++) {
      const now = release;
      release = [];
      for (const end of now) end();
      await settle();
    }
    expect(await queue.getStats()).toMatchObject({ completed: 6 });
    expect(most).toBe(2);
  });

  it('stop waits for hooks under way as for jobs', async () => {
    let ended = false;
    const { start, queue, clock } = setUp(() => 'ok', {
      onComplete: (_result, ctx) =>
        new Promise<void>((resolve) => {
          ctx.queue.clock.setTimeout(() => {
            ended = true;
            resolve();
          }, 500);
        }),
    });
    await start();
    const stopped = queue.stop({ timeout: 1000 });
    await clock.advance(500);
    await stopped;
    expect(ended).toBe(true);
  });
});

describe('a job that stalled too often', () => {
  async function stall(options: JobOptions<unknown, unknown>, waitMs = 60_000) {
    const test = testQueue({ maxStalledCount: 0 });
    const job = defineJob({
      name: 'work',
      handler: (payload: number) => payload,
      ...(options as object),
    });
    const { id } = await test.queue.enqueue(job, 7);
    const now = test.clock.now();
    // Another worker takes it and never reports again.
    test.backend.store.claim({
      limit: 1,
      now,
      leaseUntil: now + 100,
      concurrencyLimits: new Map(),
    });
    await test.queue.process();
    await test.clock.advance(waitMs);
    return { ...test, id };
  }

  it('calls `onFail` on the worker that took it back', async () => {
    const seen: unknown[] = [];
    const { queue, id, errors } = await stall({
      onFail: (error, ctx) => void seen.push([(error as JobsError).code, ctx.payload, ctx.jobId]),
    });
    expect((await queue.getJob(id))?.status).toBe('failed');
    expect(seen).toEqual([['JOBS_STALLED', 7, id]]);
    expect(errors).toEqual([]);
  });

  it('says on `events` that `onFail` cannot be called when the job is not kept', async () => {
    let called = 0;
    const { errors, id } = await stall({ removeOnFail: true, onFail: () => (called += 1) });
    expect(called).toBe(0);
    expect(errors).toMatchObject([{ code: 'JOBS_STALLED', details: { jobId: id } }]);
  });

  it('is waited for by stop, as long as stop waits for jobs', async () => {
    let ended = 0;
    const onFail: JobOptions<unknown, unknown>['onFail'] = (_error, ctx) =>
      new Promise<void>((resolve) => {
        ctx.queue.clock.setTimeout(() => {
          ended += 1;
          resolve();
        }, 5000);
      });
    const endedAtStop: number[] = [];
    for (const timeout of [10_000, 1000]) {
      const { queue, clock } = await stall({ onFail }, 2000);
      const stopped = queue.stop({ timeout }).then(() => endedAtStop.push(ended));
      await clock.advance(10_000);
      await stopped;
    }
    expect(endedAtStop).toEqual([1, 1]);
    expect(ended).toBe(2);
  });
});
