import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { JobOptions } from '@philjs/jobs-core';
import { defineJob, type JobContext } from '@philjs/jobs-core';
import { createTestClock } from '@philjs/jobs-testkit';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createQueue } from '../../src/index.ts';

const HOUR = 3_600_000;
const SEED = Number(process.env['FC_SEED'] ?? 1);

/** Rejects a moment later, where an answer is wanted at once. */
const late = (async () => {
  await Promise.resolve();
  throw new Error('late');
}) as () => never;

type Handler = (ctx: JobContext) => unknown;

function slip(name: string, handler: Handler, options: JobOptions<unknown, unknown> = {}) {
  const run = ((_payload: unknown, ctx: JobContext) => handler(ctx)) as () => never;
  return defineJob({ name, attempts: 2, backoff: () => 1000, ...options, handler: run });
}

const fails: Handler = () => Promise.reject(new Error('x'));

function nested(depth: number): Error {
  const parts = depth === 0 ? [] : Array.from({ length: 10 }, () => nested(depth - 1));
  return new AggregateError(parts, 'm'.repeat(2000));
}

const SLIPS = [
  slip('forgets-next', (ctx) => ctx.sleep(500), { middleware: (_p, _c, next) => void next() }),
  slip('forgets-next-that-fails', fails, { middleware: (_p, _c, next) => void next() }),
  slip('next-twice', () => 1, {
    middleware: (_p, _c, next) => {
      next();
      next();
    },
  }),
  slip('late-next', () => 1, {
    middleware: (_p, ctx, next) => void ctx.queue.clock.setTimeout(() => void next(), 200),
  }),
  slip(
    'late-progress',
    async (ctx) => {
      for (let percent = 0; percent < 5; percent++) {
        await new Promise<void>((resolve) => ctx.queue.clock.setTimeout(resolve, 400));
        ctx.updateProgress(percent);
      }
    },
    { timeout: 1000 },
  ),
  slip('bad-progress', (ctx) => void ctx.updateProgress(Number.NaN)),
  slip('late-backoff', fails, { backoff: late }),
  slip('late-retry-if', fails, { retryIf: late }),
  slip('bad-result', () => 1n),
  slip('big-result', () => 'x'.repeat(100_000)),
  slip('big-error', () => Promise.reject(nested(3))),
  slip('throwing-hooks', () => 1, { onComplete: late, onFinally: late }),
  slip('throwing-end', (ctx) => ctx.onEnd(late)),
  slip('endless', (ctx) => new Promise(() => ctx.signal), { timeout: 2000 }),
  slip('snoozes', (ctx) => (ctx.fencingToken < 3 ? ctx.snooze(5000) : 'done')),
  slip('sleeps', (ctx) => void ctx.sleep(3000)),
];

const throws = (): never => {
  throw new Error('the disk is full');
};

interface Step {
  readonly job: number;
  readonly act: 'run' | 'cancel' | 'wait' | 'watch';
  readonly pauseMs: number;
}

const steps = fc.array(
  fc.record<Step>({
    job: fc.nat(SLIPS.length - 1),
    act: fc.constantFrom('run', 'run', 'run', 'cancel', 'wait', 'watch'),
    pauseMs: fc.integer({ min: 0, max: 120_000 }),
  }),
  { minLength: 60, maxLength: 90 },
);

/** Lives through an hour of slips, and answers what is left of it. */
async function live(hour: readonly Step[]) {
  const clock = createTestClock();
  const logger = { debug: throws, info: throws, warn: throws, error: throws };
  const options = { clock, logger, concurrency: 8, maxResultBytes: 10_000 };
  const queue = createQueue({ name: 'slips', jobs: SLIPS, ...options });
  queue.on('failed', throws);
  const { signal } = new AbortController();
  await queue.process();
  const endsAt = clock.now() + HOUR;
  for (const { job, act, pauseMs } of hour) {
    const definition = SLIPS[job] as (typeof SLIPS)[number];
    const { id } = await queue.enqueue(definition, undefined as never);
    if (act === 'cancel') await queue.cancelJob(id);
    if (act === 'wait') queue.waitFor(id, { timeout: pauseMs, signal }).catch(() => undefined);
    if (act === 'watch') void queue.events({ signal })[Symbol.asyncIterator]().next();
    await clock.advance(Math.min(pauseMs, Math.max(0, endsAt - clock.now())));
  }
  await clock.advance(Math.max(0, endsAt - clock.now()) + HOUR);
  const { waiting, delayed, active } = await queue.getStats();
  const closed = queue.close();
  await clock.advance(HOUR);
  await closed;
  return {
    unended: waiting + delayed + active,
    timers: clock.pending,
    listeners: getEventListeners(signal, 'abort').length,
  };
}

it('an hour of slips at random leaves no job, timer, listener, rejection or bytes behind', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heap: number[] = [];
  const stray: unknown[] = [];
  const warnings: unknown[] = [];
  const note = (reason: unknown): void => void stray.push(reason);
  const warned = (warning: unknown): void => void warnings.push(warning);
  const { error } = console;
  console.error = () => undefined;
  process.on('unhandledRejection', note);
  process.on('warning', warned);
  try {
    await fc.assert(
      fc.asyncProperty(steps, async (hour) => {
        expect(await live(hour)).toEqual({ unended: 0, timers: 0, listeners: 0 });
        collect();
        heap.push(process.memoryUsage().heapUsed);
      }),
      { numRuns: 30, seed: SEED },
    );
  } finally {
    process.off('unhandledRejection', note);
    process.off('warning', warned);
    console.error = error;
  }
  expect([stray, warnings]).toEqual([[], []]);
  // The first runs fill caches of the engine and of the test's own library.
  const growth = (heap.at(-1) ?? 0) - (heap[9] ?? 0);
  expect(growth).toBeLessThan(3_000_000);
});
