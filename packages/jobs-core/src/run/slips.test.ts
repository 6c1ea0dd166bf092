import { describe, expect, it } from 'vitest';
import { rejectionOf } from '../../test/code-of.ts';
import { strayRejections } from '../../test/stray-rejections.ts';
import { settle } from '../../test/test-clock.ts';
import { errorOf, testQueue } from '../../test/test-queue.ts';
import { abortableDelay } from '../clock/abortable-delay.ts';
import { isJobsError } from '../errors/jobs-error.ts';
import { defineJob } from '../job/define-job.ts';
import type { JobContext } from '../job/job-context.ts';
import type { JobOptions } from '../job/job-options.ts';

type Handler = (payload: unknown, ctx: JobContext) => unknown;

async function run(handler: Handler, options: JobOptions<unknown, unknown> = {}) {
  const test = testQueue();
  const job = defineJob({ name: 'work', attempts: 2, handler: handler as () => never, ...options });
  const { id } = await test.queue.enqueue(job);
  await test.queue.process();
  await settle();
  const codes = () => test.errors.map((error) => (isJobsError(error) ? error.code : String(error)));
  return { ...test, id, codes, stored: async () => (await test.queue.getJob(id))! };
}

const rejecting = (async () => {
  throw new Error('too late');
}) as () => never;

describe('progress that is not awaited', () => {
  it('after the attempt timed out is refused and reported once, and ends no process', async () => {
    let end: unknown;
    let codes: unknown;
    const stray = await strayRejections(async () => {
      const { clock, stored, ...test } = await run(
        async (_payload, ctx) => {
          for (let percent = 0; percent < 5; percent++) {
            await abortableDelay(ctx.queue.clock, 100);
            ctx.updateProgress(percent);
          }
        },
        { timeout: 250, attempts: 1 },
      );
      await clock.advance(1000);
      end = await stored();
      codes = test.codes();
    });
    expect(end).toMatchObject({ status: 'failed', progress: 1, error: { code: 'JOBS_TIMEOUT' } });
    expect([codes, stray]).toEqual([['JOBS_LEASE_LOST'], []]);
  });

  it('after the handler returned is refused and reported, and ends no process', async () => {
    let end: unknown;
    let codes: unknown;
    const stray = await strayRejections(async () => {
      const { clock, stored, ...test } = await run((_payload, ctx) => {
        ctx.queue.clock.setTimeout(() => void ctx.updateProgress(99), 100);
        return 'done';
      });
      await clock.advance(100);
      end = await stored();
      codes = test.codes();
    });
    expect(end).toMatchObject({ status: 'completed', result: 'done', progress: 0 });
    expect([codes, stray]).toEqual([['JOBS_LEASE_LOST'], []]);
  });

  it('and is bad lets a handler fail with an error whose cause cannot be read', async () => {
    const secretive = Object.defineProperty(new Error('no'), 'cause', {
      get: () => {
        throw new Error('no cause for you');
      },
    });
    let end: unknown;
    let codes: unknown;
    const stray = await strayRejections(async () => {
      const { stored, ...test } = await run(
        async (_payload, ctx) => {
          ctx.updateProgress(Number.NaN);
          throw secretive;
        },
        { attempts: 1 },
      );
      end = await stored();
      codes = test.codes();
    });
    expect(end).toMatchObject({ status: 'failed', error: { message: 'no' } });
    expect([codes, stray]).toEqual([['JOBS_INVALID_ARGUMENT'], []]);
  });

  it.each([
    ['bad', Number.NaN, 'JOBS_INVALID_ARGUMENT'],
    ['unserialisable', { at: 1n }, 'JOBS_PAYLOAD_NOT_SERIALIZABLE'],
  ])('and is %s is reported when the handler goes on', async (_, progress, code) => {
    let end: unknown;
    let codes: unknown;
    const stray = await strayRejections(async () => {
      const { stored, ...test } = await run(async (_payload, ctx) => {
        ctx.updateProgress(progress);
        return 'done';
      });
      end = await stored();
      codes = test.codes();
    });
    expect(end).toMatchObject({ status: 'completed', result: 'done' });
    expect([codes, stray]).toEqual([[code], []]);
  });

  it('is not reported twice when it is awaited and fails the attempt', async () => {
    const { codes, stored } = await run(async (_payload, ctx) => ctx.updateProgress(Number.NaN), {
      attempts: 1,
    });
    expect(await stored()).toMatchObject({ error: { code: 'JOBS_INVALID_ARGUMENT' } });
    expect(codes()).toEqual([]);
  });
});

describe('a call that is not awaited', () => {
  it.each<[string, (ctx: JobContext) => unknown, string]>([
    ['addChildren of none', (ctx) => ctx.addChildren([]), 'JOBS_INVALID_ARGUMENT'],
    [
      'addChildren without workflows',
      (ctx) => ctx.addChildren([{ job: 'work', payload: 1 }] as never),
      'JOBS_NOT_SUPPORTED',
    ],
    ['dependencies', (ctx) => ctx.dependencies(), 'JOBS_NOT_SUPPORTED'],
    ['childResults', (ctx) => ctx.childResults(), 'JOBS_NOT_SUPPORTED'],
    ['holdBack', (ctx) => ctx.holdBack(-1), 'JOBS_INVALID_ARGUMENT'],
    ['completeIn', (ctx) => ctx.completeIn(undefined), 'JOBS_NOT_SUPPORTED'],
    [
      'takeRateLimit',
      (ctx) => ctx.takeRateLimit({ key: '', max: 1, per: 1 }),
      'JOBS_INVALID_ARGUMENT',
    ],
    [
      'takeRateLimit of nothing',
      (ctx) => ctx.takeRateLimit(undefined as never),
      'JOBS_INVALID_ARGUMENT',
    ],
  ])('%s is reported, and ends no process', async (_call, call, code) => {
    let codes: unknown;
    let end: unknown;
    const stray = await strayRejections(async () => {
      const { stored, ...test } = await run(async (_payload, ctx) => {
        void call(ctx);
        return 'done';
      });
      end = await stored();
      codes = test.codes();
    });
    expect(end).toMatchObject({ status: 'completed', result: 'done' });
    expect([codes, stray]).toEqual([[code], []]);
  });

  it('a sleep that is cut short ends no process', async () => {
    let end: unknown;
    const stray = await strayRejections(async () => {
      const { clock, stored } = await run(
        async (_payload, ctx) => {
          void ctx.sleep(1000);
          await abortableDelay(ctx.queue.clock, 500);
        },
        { timeout: 250, attempts: 1 },
      );
      await clock.advance(2000);
      end = await stored();
    });
    expect(end).toMatchObject({ status: 'failed', error: { code: 'JOBS_TIMEOUT' } });
    expect(stray).toEqual([]);
  });

  it('a rate limit that puts the job back ends no process', async () => {
    let codes: unknown;
    const limit = { key: 'k', max: 1, per: 1000 };
    const stray = await strayRejections(async () => {
      const test = await run(async (_payload, ctx) => {
        await ctx.takeRateLimit(limit);
        void ctx.takeRateLimit(limit);
        await abortableDelay(ctx.queue.clock, 1);
      });
      await test.clock.advance(100);
      codes = test.codes();
    });
    expect([codes, stray]).toEqual([[], []]);
  });
});

describe('a call whose failure the handler catches', () => {
  const late = (ctx: JobContext, event: string): Promise<unknown> =>
    ctx.waitFor(event, { timeout: 0 });
  const cases: [string, (ctx: JobContext) => Promise<unknown>, string[]][] = [
    ['at once', (ctx) => late(ctx, 'paid').catch(() => 'late'), []],
    [
      'later',
      async (ctx) => {
        const call = late(ctx, 'paid');
        await abortableDelay(ctx.queue.clock, 10);
        await call.catch(() => undefined);
      },
      [],
    ],
    [
      'of several',
      async (ctx) => void (await Promise.allSettled([late(ctx, 'paid'), late(ctx, 'sent')])),
      [],
    ],
    [
      'before another that it does not await',
      async (ctx) => {
        await late(ctx, 'paid').catch(() => undefined);
        void ctx.updateProgress(Number.NaN);
      },
      ['JOBS_INVALID_ARGUMENT'],
    ],
  ];
  it.each(cases)('%s is not reported', async (_, handler, reported) => {
    let codes: unknown;
    let end: unknown;
    const stray = await strayRejections(async () => {
      const { clock, stored, ...test } = await run((_payload, ctx) => handler(ctx));
      await clock.advance(100);
      end = await stored();
      codes = test.codes();
    });
    expect(end).toMatchObject({ status: 'completed' });
    expect([codes, stray]).toEqual([reported, []]);
  });
});

describe('a policy that answers a promise', () => {
  it.each(['backoff', 'retryIf'] as const)(
    '%s: is reported, the job is retried as usual, and no process ends',
    async (policy) => {
      let codes: unknown;
      let end: unknown;
      const stray = await strayRejections(async () => {
        const { clock, stored, ...test } = await run(() => Promise.reject(new Error('x')), {
          [policy]: rejecting,
        });
        await clock.advance(1000);
        end = await stored();
        codes = test.codes();
      });
      expect(end).toMatchObject({ status: 'failed', attemptsMade: 2, error: { message: 'x' } });
      expect([codes, stray]).toEqual([['JOBS_INVALID_ARGUMENT'], []]);
    },
  );

  it.each([
    ['rateLimit.key', { rateLimit: { max: 1, per: 1000, key: rejecting } }],
    ['concurrency.key', { concurrency: { max: 1, key: rejecting } }],
    ['deduplicate', { deduplicate: rejecting }],
  ])('%s: is refused at enqueue, and no process ends', async (field, options) => {
    const { queue } = testQueue();
    const job = defineJob({ name: 'work', handler: () => 1, ...options });
    let refusal: unknown;
    const stray = await strayRejections(async () => {
      refusal = await rejectionOf(queue.enqueue(job));
    });
    expect([refusal, stray]).toEqual([{ code: 'JOBS_INVALID_ARGUMENT', field }, []]);
  });

  it('migrate: fails the job with a code instead of handing the promise on, and no process ends', async () => {
    const { queue, backend } = testQueue();
    const old = defineJob({ name: 'work', handler: () => 1 });
    const { id } = await queue.enqueue(old);
    const payloads: unknown[] = [];
    const stray = await strayRejections(async () => {
      const next = testQueue({
        backend,
        jobs: [
          defineJob({
            name: 'work',
            version: 2,
            migrate: { 1: rejecting },
            handler: (payload: unknown) => void payloads.push(payload),
          }),
        ],
      });
      await next.queue.process();
      await settle();
    });
    expect(errorOf(backend, id)?.code).toBe('JOBS_MIGRATION_FAILED');
    expect([payloads, stray]).toEqual([[], []]);
  });
});

describe('a policy that answers a thing of the wrong shape', () => {
  it.each([
    ['backoff', { backoff: () => ({ delay: 10 }) as never }],
    ['backoff that cannot even be shown', { backoff: () => Object.create(null) as never }],
    ['retryIf', { retryIf: () => 'yes' as never }],
  ])('%s: is reported, and the job is retried as usual', async (_, options) => {
    const { clock, stored, codes } = await run(() => Promise.reject(new Error('x')), options);
    await clock.advance(1000);
    expect(await stored()).toMatchObject({ status: 'failed', attemptsMade: 2 });
    expect(codes()).toEqual(['JOBS_INVALID_ARGUMENT']);
  });
});
