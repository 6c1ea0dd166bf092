import { describe, expect, it } from 'vitest';
import { never, runOne } from '../../test/run-one.ts';
import { settle } from '../../test/test-clock.ts';
import { testQueue } from '../../test/test-queue.ts';
import { defineJob } from '../job/define-job.ts';

describe('timeout', () => {
  it('fails an attempt whose handler never settles, at its time, and frees the slot', async () => {
    let signal: AbortSignal | undefined;
    const { clock, stored, queue } = await runOne(
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
    const { clock, stored } = await runOne(
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
    const { clock, queue, id } = await runOne(() => 'quick', {
      timeout: 5000,
      onFinally: async () => undefined,
    });
    await queue.waitFor(id);
    await queue.close();
    const other = await runOne(() => 'quick');
    await other.queue.close();
    expect(clock.pending).toBe(other.clock.pending);
  });
});

describe('cancelling', () => {
  it('aborts the signal with the reason, and ends the job without another attempt', async () => {
    const { queue, id, stored } = await runOne(
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
    const { queue, id, stored } = await runOne(() => new Promise((resolve) => (finish = resolve)));
    await queue.cancelJob(id);
    finish('done');
    await settle();
    expect(await stored()).toMatchObject({
      status: 'cancelled',
      error: { code: 'JOBS_CANCELLED' },
    });
  });

  it('waits for a handler that ignores the signal, unless it is forced', async () => {
    const { queue, id, stored } = await runOne(never);
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
      const { queue, id, stored } = await runOne((_payload, ctx) =>
        new Promise<void>((resolve) => ctx.signal.addEventListener('abort', () => resolve())).then(
          () => (end === 'snooze' ? ctx.snooze(1000) : ctx.fail(new Error('own'))),
        ),
      );
      await queue.cancelJob(id);
      await settle();
      expect((await stored()).error?.code).toBe('JOBS_CANCELLED');
    }
    const { queue, id, stored, clock } = await runOne(never, { timeout: 100 });
    await queue.cancelJob(id);
    await clock.advance(100);
    expect(await stored()).toMatchObject({
      status: 'cancelled',
      error: { code: 'JOBS_CANCELLED' },
    });
  });

  it('ends a job whose request was stored before it started, without its handler', async () => {
    const { queue, backend, clock, id } = await runOne((_payload, ctx) => ctx.snooze(1000));
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
    const { queue, clock, stored } = await runOne(
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
    const { queue, clock, stored } = await runOne(
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
    const { clock, stored } = await runOne((_payload, ctx) => {
      runs += 1;
      return runs < 5 ? ctx.snooze(1000) : 'done';
    });
    expect(await stored()).toMatchObject({ status: 'delayed', attemptsMade: 0 });
    await clock.advance(4000);
    expect(await stored()).toMatchObject({ status: 'completed', attemptsMade: 1, fencingToken: 5 });
  });

  it('stands though the handler swallows it, and the first decision counts', async () => {
    const { stored } = await runOne((_payload, ctx) => {
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
    const { stored } = await runOne((_payload, ctx) => ctx.snooze(ms as number), { attempts: 1 });
    expect((await stored()).error?.code).toBe('JOBS_INVALID_ARGUMENT');
  });
});

describe('ctx.fail', () => {
  it('fails the job for good with what it is given', async () => {
    for (const [error, message] of [
      [new TypeError('hopeless'), 'hopeless'],
      ['in words', 'in words'],
    ] as const) {
      const { stored } = await runOne((_payload, ctx) => ctx.fail(error));
      expect(await stored()).toMatchObject({
        status: 'failed',
        attemptsMade: 1,
        error: { message },
      });
    }
  });
});
