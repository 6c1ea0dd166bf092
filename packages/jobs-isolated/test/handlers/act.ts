// A handler that does what its payload says.
import { writeFileSync } from 'node:fs';
import { isJobsError, JobsError } from '@philjs/jobs-core';
import type { IsolatedContext } from '../../src/index.ts';

export interface Act {
  readonly do: string;
  readonly with?: unknown;
}

type Context = IsolatedContext<Act>;

class PaymentError extends Error {
  readonly code = 'E_DECLINED';
  readonly status = 402;
  override name = 'PaymentError';
}

/** Runs until its signal aborts, and returns why. */
const untilAborted = (ctx: Context): Promise<unknown> =>
  new Promise((resolve) => {
    const kept = setInterval(() => undefined, 1000);
    ctx.signal.addEventListener('abort', () => {
      clearInterval(kept);
      const { reason } = ctx.signal;
      resolve({ isOurs: isJobsError(reason), code: reason.code });
    });
  });

const acts: Readonly<Record<string, (ctx: Context) => unknown>> = {
  double: ({ payload }) => Number(payload.with) * 2,
  where: () => ({ pid: process.pid, globals: Object.keys(globalThis).length }),
  facts: (ctx) => {
    const { jobId, name, queueName, payload, attempt, attemptsMade, maxAttempts } = ctx;
    const { timestamp, fencingToken, metadata, progress, ended } = ctx;
    return {
      ...{ jobId, name, queueName, payload, attempt, attemptsMade, maxAttempts },
      ...{ timestamp, fencingToken, metadata, progress, ended, aborted: ctx.signal.aborted },
    };
  },
  report: async ({ updateProgress, log, ...ctx }) => {
    await updateProgress({ page: 1 });
    log('page %d of', 1, { all: 2 }, () => 1);
    log('last');
    return ctx.jobId;
  },
  progressed: async (ctx) => {
    await ctx.updateProgress(40);
    return ctx.progress;
  },
  refusedProgress: async (ctx) => {
    try {
      await ctx.updateProgress('half' as never);
      return 'taken';
    } catch (error) {
      return { isOurs: isJobsError(error, 'JOBS_INVALID_ARGUMENT') };
    }
  },
  unclonedProgress: async (ctx) => ctx.updateProgress({ by: () => 1 }),
  sleep: async (ctx) => {
    await ctx.sleep(Number(ctx.payload.with));
    return 'slept';
  },
  sleepToEnd: async (ctx) => {
    try {
      await ctx.sleep(3_600_000);
      return 'slept';
    } catch (error) {
      return { isReason: error === ctx.signal.reason, code: (error as JobsError).code };
    }
  },
  snooze: (ctx) => (ctx.attemptsMade === 0 && ctx.progress === undefined ? snoozeOnce(ctx) : 'ran'),
  swallow: (ctx) => {
    try {
      ctx.fail(new RangeError('not again'));
    } catch {
      // As if it were any error.
    }
    return ctx.ended;
  },
  fail: (ctx) => ctx.fail(new RangeError('not again')),
  rate: async (ctx) => {
    await ctx.takeRateLimit({ key: 'api', max: 1, per: 60_000 });
    return 'started';
  },
  queue: (ctx) => (ctx as unknown as { queue: unknown }).queue,
  throw: () => {
    throw new PaymentError('declined', { cause: new TypeError('the card is old') });
  },
  throwOurs: () => {
    throw new JobsError('JOBS_NOT_SUPPORTED', 'never', { details: { field: 'card' } });
  },
  throwText: () => {
    throw 'text';
  },
  uncloned: () => ({ by: () => 1 }),
  rich: () => ({ at: new Date(5), of: new Map([['a', 1]]) }),
  untilAborted,
  exit: ({ payload }) => process.exit(Number(payload.with)),
  logAndExit: (ctx) => {
    ctx.log('before the end');
    setTimeout(() => process.exit(4), 50);
    return new Promise(() => undefined);
  },
  hang: () => new Promise(() => undefined),
  loop: () => {
    for (;;);
  },
  logAndLoop: async ({ log }) => {
    log('loops');
    // The message to the worker leaves before the thread stands still.
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (;;);
  },
  /** An endless loop whose life can be seen from outside. */
  beat: ({ payload }) => {
    for (let beat = 0; ; beat += 1) writeFileSync(String(payload.with), String(beat));
  },
  burn: ({ payload }) => {
    const until = Date.now() + Number(payload.with);
    while (Date.now() < until);
    return 'burnt';
  },
  stray: () => {
    setTimeout(() => {
      throw new RangeError('nobody listens');
    }, 10);
    return new Promise(() => undefined);
  },
  memory: () => {
    const all: unknown[] = [];
    for (;;) all.push(new Array(1000).fill({}).map(() => ({ all: all.length })));
  },
  crash: () => process.abort(),
  kill: () => process.kill(process.pid, 'SIGKILL'),
  signalled: async () => {
    process.kill(process.pid, 'SIGTERM');
    process.kill(process.pid, 'SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 100));
    return 'went on';
  },
  leftTimer: () => {
    setInterval(() => undefined, 1000);
    return 'left';
  },
  ownMessage: async () => {
    process.send?.({ kind: 'mine' });
    return 'sent';
  },
};

async function snoozeOnce(ctx: Context): Promise<never> {
  await ctx.updateProgress(1);
  return ctx.snooze(60_000);
}

export default function act(payload: Act, ctx: Context): unknown {
  return acts[payload.do]?.(ctx);
}
