import { describe, expect, it } from 'vitest';
import { settle } from '../../test/test-clock.ts';
import { silent, testQueue } from '../../test/test-queue.ts';
import { abortableDelay } from '../clock/abortable-delay.ts';
import { JobsError } from '../errors/jobs-error.ts';
import type { AttemptEnd } from '../job/attempt-end.ts';
import { defineJob } from '../job/define-job.ts';
import type { JobContext } from '../job/job-context.ts';
import type { JobOptions } from '../job/job-options.ts';
import { createLoggingMiddleware } from '../middleware/logging-middleware.ts';
import type { Middleware } from '../middleware/middleware.ts';

type Handler = (ctx: JobContext) => unknown;

/** Runs one attempt for ten seconds, and returns what listeners and the log got about its end. */
async function run(handler: Handler, options: JobOptions<unknown, unknown> = {}) {
  const ends: AttemptEnd[] = [];
  const lines: string[] = [];
  const listening: Middleware = (_payload, ctx, next) => {
    ctx.onEnd((end) => ends.push(end));
    return next();
  };
  const write = (level: string) => (line: string) => lines.push(`${level} ${line}`);
  const logger = { ...silent, info: write('info'), error: write('error'), warn: write('warn') };
  const test = testQueue();
  const job = defineJob({
    name: 'work',
    attempts: 1,
    middleware: [listening, createLoggingMiddleware(logger)],
    handler: ((_payload: undefined, ctx: JobContext) => handler(ctx)) as () => never,
    ...options,
  });
  const { id } = await test.queue.enqueue(job);
  await test.queue.process();
  await settle();
  return { ...test, id, ends, lines };
}

const slow: Handler = (ctx) => abortableDelay(ctx.queue.clock, 5000);

describe('the end of an attempt, as listeners and the log see it', () => {
  it('completed', async () => {
    const { ends, lines, clock } = await run(slow);
    expect(ends).toEqual([]);
    await clock.advance(5000);
    expect(ends).toEqual([{ outcome: 'completed', endedAt: clock.now(), durationMs: 5000 }]);
    expect(lines[1]).toMatch(/^info .*completed in 5000 ms/);
  });

  it('timed out, though the handler goes on', async () => {
    const { ends, lines, clock } = await run(slow, { timeout: 1000 });
    await clock.advance(1000);
    expect(ends).toMatchObject([
      { outcome: 'failed', error: { code: 'JOBS_TIMEOUT' }, durationMs: 1000 },
    ]);
    expect(lines[1]).toMatch(/^error .*failed after 1000 ms.*longer than 1000 ms/);
    await clock.advance(10_000);
    expect([ends.length, lines.length]).toEqual([1, 2]);
  });

  it('failed with a result that cannot be stored', async () => {
    const { ends, lines } = await run(() => ({ n: 1n }));
    expect(ends).toMatchObject([
      { outcome: 'failed', error: { code: 'JOBS_RESULT_NOT_SERIALIZABLE' } },
    ]);
    expect(lines[1]).toMatch(/^error .*failed/);
  });

  it('retrying', async () => {
    const error = new Error('x');
    const backoff = () => 500;
    const { ends, lines, clock } = await run(() => Promise.reject(error), { attempts: 2, backoff });
    const runAt = new Date(clock.now() + 500);
    expect(ends).toMatchObject([{ outcome: 'retrying', error, runAt }]);
    expect(lines[1]).toMatch(/^error .*failed after 0 ms: x/);
  });

  it('snoozed, which is no failure', async () => {
    const { ends, lines, clock } = await run((ctx) => ctx.snooze(500));
    const runAt = new Date(clock.now() + 500);
    expect(ends).toMatchObject([{ outcome: 'snoozed', reason: 'snoozed', runAt }]);
    expect(lines[1]).toMatch(/^info .*put back/);
  });

  it('cancelled, though the handler returned', async () => {
    const { ends, lines, clock, queue, id } = await run(slow);
    await queue.cancelJob(id, 'enough');
    await clock.advance(5000);
    expect(ends).toMatchObject([{ outcome: 'cancelled', error: { code: 'JOBS_CANCELLED' } }]);
    expect(lines[1]).toMatch(/^info .*cancelled after 5000 ms/);
  });

  it('lost', async () => {
    const { ends, lines, clock, backend, id } = await run(slow);
    backend.store.change(backend.store.jobs.get(id)!, { fencingToken: 9 });
    await clock.advance(5000);
    expect(ends).toMatchObject([{ outcome: 'lost', error: { code: 'JOBS_LEASE_LOST' } }]);
    expect(lines[1]).toMatch(/^error .*lost/);
  });

  it('lost, since its worker stopped before the store took its outcome', async () => {
    const { ends, lines, clock, queue, backend } = await run(slow);
    backend.store.complete = () => {
      throw new JobsError('JOBS_BACKEND_UNAVAILABLE', 'away');
    };
    await clock.advance(5000);
    expect(ends).toEqual([]);
    const stopped = queue.stop({ timeout: 0 });
    await clock.advance(5000);
    await stopped;
    expect(ends).toMatchObject([{ outcome: 'lost', error: { code: 'JOBS_LEASE_LOST' } }]);
    expect(lines[1]).toMatch(/^error .*lost after 5000 ms/);
  });

  it('given back by a worker that stops', async () => {
    const { ends, lines, clock, queue } = await run(slow);
    const stopped = queue.stop({ timeout: 0 });
    await clock.advance(5000);
    await stopped;
    expect(ends).toMatchObject([{ outcome: 'snoozed', reason: 'released' }]);
    expect(lines[1]).toMatch(/^info .*put back/);
  });
});

describe('onEnd', () => {
  it('reports a listener that throws or rejects, and tells the others', async () => {
    const seen: string[] = [];
    const { errors } = await run((ctx) => {
      ctx.onEnd(() => {
        throw new Error('first');
      });
      ctx.onEnd(() => Promise.reject(new Error('second')));
      ctx.onEnd(({ outcome }) => seen.push(outcome));
    });
    expect(errors.map(({ message }) => message)).toEqual(['first', 'second']);
    expect(seen).toEqual(['completed']);
  });

  it('wants a function', async () => {
    const { ends } = await run((ctx) => ctx.onEnd('x' as never));
    expect(ends).toMatchObject([{ outcome: 'failed', error: { code: 'JOBS_INVALID_ARGUMENT' } }]);
  });
});
