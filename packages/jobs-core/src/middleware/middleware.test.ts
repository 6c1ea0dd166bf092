import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../test/code-of.ts';
import { strayRejections } from '../../test/stray-rejections.ts';
import { settle } from '../../test/test-clock.ts';
import { errorOf, silent, testQueue } from '../../test/test-queue.ts';
import { defineJob } from '../job/define-job.ts';
import type { JobContext } from '../job/job-context.ts';
import type { Logger } from '../logger/logger.ts';
import { composeMiddleware } from './compose-middleware.ts';
import { createLoggingMiddleware } from './logging-middleware.ts';
import type { Middleware } from './middleware.ts';
import { createRateLimitMiddleware } from './rate-limit-middleware.ts';
import { createRetryMiddleware } from './retry-middleware.ts';
import { createValidationMiddleware } from './validation-middleware.ts';

/** Runs one job through middleware and returns its end, and other observations. */
async function run(
  middleware: Middleware | Middleware[],
  handler: (payload: unknown, ctx: JobContext) => unknown = () => 'done',
  payload: unknown = {},
  logger: Logger = silent,
) {
  const test = testQueue({ logger });
  const job = defineJob({ name: 'work', attempts: 1, middleware, handler, codec: anything });
  const { id } = await test.queue.enqueue(job, payload);
  await test.queue.process();
  await settle();
  const record = async () => test.queue.getJob(id);
  return { ...test, id, record, job: await record() };
}

const anything = { encode: (value: unknown) => value as never, decode: (json: unknown) => json };

describe('middleware', () => {
  it('runs around the handler, the first outermost, and may replace the result', async () => {
    const seen: string[] = [];
    const note =
      (name: string): Middleware =>
      async (_payload, _ctx, next) => {
        seen.push(`${name} in`);
        const result = await next();
        seen.push(`${name} out`);
        return `${name}(${result})`;
      };
    const { job } = await run([note('a'), composeMiddleware(note('b'), note('c'))], () => {
      seen.push('handler');
      return 'x';
    });
    expect(seen).toEqual(['a in', 'b in', 'c in', 'handler', 'c out', 'b out', 'a out']);
    expect(job?.result).toBe('a(b(c(x)))');
  });

  it('may answer without the handler', async () => {
    let ran = false;
    const { job } = await run(
      () => 'cached',
      () => (ran = true),
    );
    expect([job?.result, ran]).toEqual(['cached', false]);
  });

  it('passes errors on, and may turn them into a result', async () => {
    const rescue: Middleware = async (_payload, _ctx, next) => next().catch(() => 'rescued');
    const { job } = await run(rescue, () => Promise.reject(new Error('x')));
    expect(job?.result).toBe('rescued');
  });

  it.each([
    ['alone', (twice: Middleware) => twice],
    ['composed', (twice: Middleware) => composeMiddleware(twice, (_p, _c, next) => next())],
    ['inside another', (twice: Middleware) => composeMiddleware((_p, _c, next) => next(), twice)],
  ])('is refused a second call of next(): %s', async (_, compose) => {
    let runs = 0;
    const twice: Middleware = async (_payload, _ctx, next) => {
      await next();
      return next();
    };
    const { backend, id } = await run(compose(twice), () => (runs += 1));
    expect(errorOf(backend, id)?.code).toBe('JOBS_MIDDLEWARE_NEXT_TWICE');
    expect(runs).toBe(1);
  });

  it('composes to nothing of nothing, and to itself of one', async () => {
    const one: Middleware = (_payload, _ctx, next) => next();
    expect(composeMiddleware(one)).toBe(one);
    const { job } = await run(composeMiddleware());
    expect(job?.result).toBe('done');
  });
});

describe('createValidationMiddleware', () => {
  it('lets a good payload through, also one that takes its time to tell', async () => {
    const { job } = await run([
      createValidationMiddleware(() => true),
      createValidationMiddleware(async () => true),
    ]);
    expect(job?.status).toBe('completed');
  });

  it.each<[string, () => never]>([
    ['false', () => false as never],
    ['nothing', () => undefined as never],
    ['a rejection', () => Promise.reject(new Error('unreadable')) as never],
    [
      'a throw',
      () => {
        throw new Error('unreadable');
      },
    ],
  ])('fails the job for good, without its handler, on %s', async (_, validate) => {
    let ran = false;
    const { backend, id, job } = await run(
      createValidationMiddleware(validate, 'no'),
      () => (ran = true),
    );
    expect(job?.status).toBe('failed');
    expect(errorOf(backend, id)).toMatchObject({ code: 'JOBS_INVALID_PAYLOAD', message: 'no' });
    expect(ran).toBe(false);
  });

  it('wants a function', () => {
    expect(refusalOf(() => createValidationMiddleware(/x/ as never))).toMatchObject({
      field: 'validate',
    });
    expect(refusalOf(() => createValidationMiddleware(() => true, 7 as never))?.field).toBe(
      'message',
    );
  });
});

describe('createLoggingMiddleware', () => {
  const recorder = () => {
    const lines: string[] = [];
    const write = (level: string) => (message: string) => lines.push(`${level} ${message}`);
    return { lines, logger: { ...silent, info: write('info'), error: write('error') } };
  };

  it('logs start and end to the queue’s logger, and no payload', async () => {
    const { lines, logger } = recorder();
    await run(createLoggingMiddleware(), () => 'secret result', { password: 'secret' }, logger);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^info .*work.*attempt 1 of 1/);
    expect(lines[1]).toMatch(/^info .*completed in 0 ms/);
    expect(lines.join()).not.toContain('secret');
  });

  it('logs a failure as an error on one line, whatever was thrown, and passes it on', async () => {
    const thrown = [new Error('two\nlines'), 'text', undefined, Object.create(null)];
    for (const error of thrown) {
      const { lines, logger } = recorder();
      const failing = () => Promise.reject(error);
      const { job } = await run(createLoggingMiddleware(logger), failing);
      expect(job?.status).toBe('failed');
      expect(lines[1]).toMatch(/^error .*failed/);
      expect(lines.join()).not.toContain('\n');
    }
  });

  it('logs a snooze as no failure, and ctx.fail with its reason', async () => {
    const { lines, logger } = recorder();
    await run(createLoggingMiddleware(logger), (_payload, ctx) => ctx.snooze(60_000));
    expect(lines[1]).toMatch(/^info .*put back/);
    await run(createLoggingMiddleware(logger), (_payload, ctx) => ctx.fail(new Error('hopeless')));
    expect(lines[3]).toMatch(/^error .*hopeless/);
  });
});

describe('createRetryMiddleware', () => {
  it('tries again within the attempt, after a wait, as long as it is worth it', async () => {
    let runs = 0;
    const retry = createRetryMiddleware((error) => error === 'again', 3, 100);
    const { clock, record } = await run(retry, () => {
      runs += 1;
      return runs < 3 ? Promise.reject('again') : 'done';
    });
    expect([runs, (await record())?.status]).toEqual([1, 'active']);
    await clock.advance(99);
    expect(runs).toBe(1);
    await clock.advance(101);
    expect(runs).toBe(3);
    expect(await record()).toMatchObject({ status: 'completed', attemptsMade: 1 });
  });

  it('gives up after its retries, or on an error not worth it', async () => {
    for (const [maxRetries, shouldRetry, expected] of [
      [2, () => true, 3],
      [2, () => false, 1],
      [0, () => true, 1],
    ] as const) {
      let runs = 0;
      const retry = createRetryMiddleware(shouldRetry, maxRetries, 0);
      const { clock, record } = await run(retry, () => {
        runs += 1;
        throw new Error('always');
      });
      await clock.advance(10);
      expect([runs, (await record())?.status]).toEqual([expected, 'failed']);
    }
  });

  it('may be composed with others', async () => {
    let runs = 0;
    const retry = createRetryMiddleware(() => true, 1, 0);
    const { clock, record } = await run(
      composeMiddleware(retry, (_p, _c, next) => next()),
      () => {
        runs += 1;
        return runs === 1 ? Promise.reject(new Error('x')) : 'done';
      },
    );
    await clock.advance(1);
    expect(await record()).toMatchObject({ status: 'completed', result: 'done' });
  });

  it('stops when the run is aborted while it waits', async () => {
    let runs = 0;
    const { queue, clock, id, record } = await run(
      createRetryMiddleware(() => true),
      () => {
        runs += 1;
        throw new Error('always');
      },
    );
    await queue.cancelJob(id, 'enough');
    await settle();
    expect(await record()).toMatchObject({
      status: 'cancelled',
      error: { code: 'JOBS_CANCELLED' },
    });
    await clock.advance(10_000);
    expect(runs).toBe(1);
  });

  it('leaves a snooze and ctx.fail alone', async () => {
    let asked = 0;
    const retry = createRetryMiddleware(() => ++asked > 0);
    const { job } = await run(retry, (_payload, ctx) => ctx.snooze(1000));
    expect([job?.status, asked]).toEqual(['delayed', 0]);
  });

  it('fails the attempt when it is answered a promise, which would always mean yes', async () => {
    let runs = 0;
    const no = (async () => Promise.reject(new Error('asked'))) as never;
    let stored: unknown;
    const stray = await strayRejections(async () => {
      const { backend, id } = await run(createRetryMiddleware(no), () => {
        runs += 1;
        throw new Error('down');
      });
      stored = errorOf(backend, id);
    });
    expect(stored).toMatchObject({ code: 'JOBS_INVALID_ARGUMENT' });
    expect([runs, stray]).toEqual([1, []]);
  });

  it('refuses bad arguments', () => {
    const yes = () => true;
    expect(refusalOf(() => createRetryMiddleware('yes' as never))?.field).toBe('shouldRetry');
    expect(refusalOf(() => createRetryMiddleware(yes, -1))?.field).toBe('maxRetries');
    expect(refusalOf(() => createRetryMiddleware(yes, 1, Number.NaN))?.field).toBe('delay');
  });
});

describe('createRateLimitMiddleware', () => {
  it('starts a number a minute, and puts each other job back once, until its own reservation', async () => {
    const starts: number[] = [];
    const { queue, clock, backend } = testQueue({ concurrency: 10 });
    const job = defineJob({
      name: 'limited',
      middleware: createRateLimitMiddleware(2),
      handler: () => void starts.push(clock.now() - startedAt),
    });
    const startedAt = clock.now();
    await queue.enqueueMany(Array.from({ length: 5 }, () => ({ job, payload: undefined })));
    await queue.process();
    await clock.advance(180_000);
    expect(starts).toEqual([0, 0, 60_000, 60_000, 120_000]);
    expect([...backend.store.jobs.values()].map(({ record }) => record.fencingToken)).toEqual([
      1, 1, 2, 2, 2,
    ]);
  });

  it('refuses a limit that is none', () => {
    for (const max of [0, -1, 1.5, Number.NaN]) {
      expect(refusalOf(() => createRateLimitMiddleware(max))?.field).toBe('maxPerMinute');
    }
  });
});
