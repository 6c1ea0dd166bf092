import { describe, expect, it } from 'vitest';
import { rejectionOf } from '../../test/code-of.ts';
import { strayRejections } from '../../test/stray-rejections.ts';
import { settle } from '../../test/test-clock.ts';
import { errorOf, testQueue } from '../../test/test-queue.ts';
import { abortableDelay } from '../clock/abortable-delay.ts';
import { JobsError } from '../errors/jobs-error.ts';
import { defineJob } from '../job/define-job.ts';
import type { JobContext } from '../job/job-context.ts';
import type { EnqueueMiddleware } from '../queue/enqueue-middleware.ts';
import { composeMiddleware } from './compose-middleware.ts';
import type { Middleware } from './middleware.ts';

type Handler = (payload: unknown, ctx: JobContext) => unknown;

/** Takes a second of its clock, then returns or fails. */
const slow =
  (end: () => unknown): Handler =>
  async (_payload, ctx) => {
    await abortableDelay(ctx.queue.clock, 1000);
    return end();
  };

const fails = (): never => {
  throw new Error('from the handler');
};

async function run(middleware: Middleware | Middleware[], handler: Handler, attempts = 1) {
  const test = testQueue();
  const job = defineJob({ name: 'work', attempts, middleware, handler: handler as () => never });
  const { id } = await test.queue.enqueue(job);
  await test.queue.process();
  await settle();
  return { ...test, id, stored: async () => (await test.queue.getJob(id))! };
}

/** Forgets to return the promise of `next()`. */
const forgetful: Middleware = (_payload, _ctx, next) => {
  next();
};

describe('a middleware that does not return its next()', () => {
  it.each([
    ['alone', forgetful],
    ['inside another', composeMiddleware((_p, _c, next) => next(), forgetful)],
    ['that is async', async (_payload, _ctx, next) => void next()],
  ] as [string, Middleware][])(
    'is waited for, and the handler’s result is the run’s: %s',
    async (_, middleware) => {
      const { clock, stored } = await run(
        middleware,
        slow(() => 'made'),
      );
      expect((await stored()).status).toBe('active');
      await clock.advance(1000);
      expect(await stored()).toMatchObject({ status: 'completed', result: 'made' });
    },
  );

  it('fails the attempt when the handler fails, and ends no process', async () => {
    let end: unknown;
    const stray = await strayRejections(async () => {
      const { clock, stored } = await run(forgetful, slow(fails));
      await clock.advance(1000);
      end = await stored();
    });
    expect(end).toMatchObject({ status: 'failed', error: { message: 'from the handler' } });
    expect(stray).toEqual([]);
  });

  it('keeps what it returns itself, once the handler has ended', async () => {
    const { clock, stored } = await run(
      (_payload, _ctx, next) => {
        next();
        return 'mine';
      },
      slow(() => 'made'),
    );
    await clock.advance(999);
    expect((await stored()).status).toBe('active');
    await clock.advance(1);
    expect(await stored()).toMatchObject({ status: 'completed', result: 'mine' });
  });

  it('fails with its own error, once the handler has ended', async () => {
    let end: unknown;
    const stray = await strayRejections(async () => {
      const { clock, stored } = await run((_payload, _ctx, next) => {
        next();
        throw new Error('from the middleware');
      }, slow(fails));
      expect((await stored()).status).toBe('active');
      await clock.advance(1000);
      end = await stored();
    });
    expect(end).toMatchObject({ status: 'failed', error: { message: 'from the middleware' } });
    expect(stray).toEqual([]);
  });
});

describe('a second next()', () => {
  it('that is not awaited fails the run and ends no process', async () => {
    let code: unknown;
    let runs = 0;
    const stray = await strayRejections(async () => {
      const { backend, id } = await run(
        (_payload, _ctx, next) => {
          next();
          next();
        },
        () => (runs += 1),
      );
      code = errorOf(backend, id)?.code;
    });
    expect([code, runs, stray]).toEqual(['JOBS_MIDDLEWARE_NEXT_TWICE', 1, []]);
  });
});

describe('a next() that comes after its middleware has ended', () => {
  it('does not run the handler, is reported, and ends no process', async () => {
    let runs = 0;
    let codes: unknown;
    const stray = await strayRejections(async () => {
      const { clock, stored, errors } = await run(
        (_payload, ctx, next) => {
          ctx.queue.clock.setTimeout(() => void next(), 100);
          return 'early';
        },
        () => (runs += 1),
      );
      await clock.advance(100);
      expect(await stored()).toMatchObject({ status: 'completed', result: 'early' });
      codes = errors.map((error) => (error as { code?: string }).code);
    });
    expect([runs, codes, stray]).toEqual([0, ['JOBS_MIDDLEWARE_NEXT_LATE'], []]);
  });
});

describe('a next() that comes after the attempt has ended', () => {
  it.each([
    ['by its timeout', 'JOBS_TIMEOUT', { timeout: 200 }, undefined],
    ['by force', 'JOBS_CANCELLED', {}, true],
    ['on request', 'JOBS_CANCELLED', {}, false],
  ])('does not run the handler: %s', async (_, code, options, force) => {
    let runs = 0;
    let refused: unknown;
    const job = defineJob({
      name: 'late',
      attempts: 1,
      handler: () => {
        runs += 1;
      },
      middleware: async (_payload, ctx, next) => {
        await abortableDelay(ctx.queue.clock, 500);
        refused = await rejectionOf(next());
        throw refused;
      },
      ...options,
    });
    const { queue, clock, backend } = testQueue();
    const { id } = await queue.enqueue(job);
    await queue.process();
    await settle();
    if (force !== undefined) await queue.cancelJob(id, { force });
    await clock.advance(1000);
    expect([errorOf(backend, id), refused, runs]).toMatchObject([{ code }, { code }, 0]);
  });
});

describe('an enqueue middleware that does not return its next()', () => {
  const work = defineJob({ name: 'work', handler: (payload: number) => payload });

  it.each([
    ['one', 1],
    ['many', 3],
  ])('still answers with the job that was stored: %s', async (_, count) => {
    const enqueueMiddleware = ((_payload, _ctx, next) => {
      next();
    }) as EnqueueMiddleware;
    const { queue } = testQueue({ enqueueMiddleware });
    const items = Array.from({ length: count }, (_item, payload) => ({ job: work, payload }));
    const jobs = count === 1 ? [await queue.enqueue(work, 0)] : await queue.enqueueMany(items);
    expect(jobs.map((job) => job.payload)).toEqual(items.map(({ payload }) => payload));
  });

  it.each([
    [1, 'JOBS_BACKEND_UNAVAILABLE'],
    [2, 'JOBS_MIDDLEWARE_NEXT_TWICE'],
  ])('rejects with what went wrong, and ends no process: %i calls', async (calls, code) => {
    const enqueueMiddleware = ((_payload, _ctx, next) => {
      for (let call = 0; call < calls; call++) next();
    }) as EnqueueMiddleware;
    const { queue, backend } = testQueue({ enqueueMiddleware });
    const away = new JobsError('JOBS_BACKEND_UNAVAILABLE', 'away');
    backend.faults.set('add', () => Promise.reject(away));
    let refusal: unknown;
    const stray = await strayRejections(async () => {
      refusal = await rejectionOf(queue.enqueue(work, 0));
    });
    expect([refusal, stray]).toMatchObject([{ code }, []]);
  });
});
