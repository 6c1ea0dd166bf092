import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runOneJob as run } from '../../test/run-one-job.ts';
import { settle } from '../../test/test-clock.ts';

describe('ctx.waitFor', () => {
  it('ends the run until the signal comes, and returns its payload in every later run', async () => {
    const got: unknown[] = [];
    const { queue, id, stored } = await run(
      async (ctx) => {
        got.push(await ctx.waitFor('approved'));
        if (ctx.attempt === 1) throw new Error('no');
      },
      { attempts: 2 },
    );
    expect(await stored()).toMatchObject({ status: 'delayed', attemptsMade: 0 });
    expect(await queue.getSteps(id)).toMatchObject([
      { name: 'approved', kind: 'wait', status: 'waiting' },
    ]);
    const message = expect.stringContaining('`approved`');
    const [why] = (await queue.explain(id)).reasons;
    expect(why).toEqual({ reason: 'waiting-for-signal', message });
    await queue.signal(id, 'approved', { by: 'ada' });
    await settle();
    expect(got).toEqual([{ by: 'ada' }, { by: 'ada' }]);
    expect(await stored()).toMatchObject({ status: 'completed', attemptsMade: 2 });
    expect(await queue.getSteps(id)).toMatchObject([
      { name: 'approved', kind: 'wait', status: 'completed', result: { by: 'ada' } },
    ]);
  });

  it('takes a signal that came before it asks, the one that was sent last', async () => {
    let listed: unknown;
    const { stored } = await run(async (ctx) => {
      await ctx.queue.signal(ctx.jobId, 'go', 1);
      await ctx.queue.signal(ctx.jobId, 'go', 2);
      listed = await ctx.queue.getSteps(ctx.jobId);
      return ctx.waitFor('go', { timeout: 0 });
    });
    expect(await stored()).toMatchObject({ status: 'completed', result: 2 });
    expect(listed).toMatchObject([{ name: 'go', kind: 'signal', status: 'completed', result: 2 }]);
  });

  it('misses none that comes as it goes to sleep', async () => {
    const { stored } = await run(async (ctx, { backend, queue }) => {
      backend.faults.set('steps.write', async () => {
        backend.faults.clear();
        await queue.signal(ctx.jobId, 'go', 'just now');
        return true;
      });
      return ctx.waitFor('go');
    });
    expect(await stored()).toMatchObject({ status: 'completed', result: 'just now' });
  });

  it('is explained by each signal and sleep that the job waits for, with its time', async () => {
    const { queue, id, clock } = await run(async (ctx, test) => {
      const slept = ctx.sleepUntil('night', test.clock.now() + 8000);
      await Promise.all([slept, ctx.waitFor('paid', { timeout: 9000 }), ctx.waitFor('sent')]);
    });
    const told = (await queue.explain(id)).reasons.map(({ reason, message, until }) => [
      ...[reason, /`(night|paid|sent)`/.exec(message)?.[1]],
      until && until.getTime() - clock.now(),
    ]);
    expect(told).toEqual([
      ['sleeping', 'night', 8000],
      ['waiting-for-signal', 'paid', 9000],
      ['waiting-for-signal', 'sent', undefined],
    ]);
  });

  it('ends after its timeout with an error that it may catch, in every later run', async () => {
    const caught: unknown[] = [];
    const { clock, stored, queue, id } = await run(
      async (ctx) => {
        await ctx.waitFor('go', { timeout: 5000 }).catch((error) => {
          if (error.code === undefined) throw error;
          caught.push(error.code);
        });
        if (ctx.attempt === 1) throw new Error('no');
        await ctx.waitFor('more', { timeout: 5000 });
      },
      { attempts: 3 },
    );
    await clock.advance(5000);
    expect(caught).toEqual(['JOBS_SIGNAL_TIMEOUT', 'JOBS_SIGNAL_TIMEOUT']);
    await clock.advance(5000);
    // Another attempt would not change it.
    const error = { code: 'JOBS_SIGNAL_TIMEOUT', details: { event: 'more', timeoutMs: 5000 } };
    expect(await stored()).toMatchObject({ status: 'failed', attemptsMade: 2, error });
    expect(await queue.getSteps(id)).toMatchObject([
      { name: 'go', status: 'timed-out' },
      { name: 'more', status: 'timed-out' },
    ]);
  });

  it('fails by a payload that its schema refuses, and takes another in the next attempt', async () => {
    const schema = z.object({ by: z.string().trim() });
    const { queue, id, stored, clock } = await run(
      async (ctx) => (await ctx.waitFor('approved', { schema })).by,
      { attempts: 2, backoff: { type: 'fixed', delay: 1000 } },
    );
    await queue.signal(id, 'approved', { by: 7 });
    await settle();
    const failed = await stored();
    expect(failed).toMatchObject({ status: 'delayed', error: { code: 'JOBS_INVALID_PAYLOAD' } });
    expect(failed.error?.message).toMatch('The payload of signal `approved` does not fit');
    await queue.signal(id, 'approved', { by: ' ada ' });
    await clock.advance(1000);
    expect(await stored()).toMatchObject({ status: 'completed', result: 'ada' });
  });
});

describe('queue.signal', () => {
  it('is refused by a job that is unknown, has ended, or has got it', async () => {
    const codes: unknown[] = [];
    const { queue, id } = await run(async (ctx) => {
      await ctx.queue.signal(ctx.jobId, 'go');
      await ctx.waitFor('go');
      await ctx.queue.signal(ctx.jobId, 'go').catch((error) => codes.push(error.code));
    });
    for (const [job, event] of [
      [id, 'more'],
      ['nobody', 'go'],
      [id, ''],
    ] as const) {
      await queue.signal(job, event).catch((error) => codes.push(error.code));
    }
    const expected = ['JOBS_CONFLICT', 'JOBS_CONFLICT', 'JOBS_NOT_FOUND', 'JOBS_INVALID_ARGUMENT'];
    expect(codes).toEqual(expected);
  });

  it('does not wake a job that waits for its next attempt', async () => {
    const { queue, id, stored } = await run(
      () => {
        throw new Error('no');
      },
      { attempts: 2, backoff: { type: 'fixed', delay: 1000 } },
    );
    await queue.signal(id, 'go', new Date(0));
    expect(await stored()).toMatchObject({ status: 'delayed' });
    await expect(queue.signal(id, 'go', new Map())).rejects.toMatchObject({
      code: 'JOBS_PAYLOAD_NOT_SERIALIZABLE',
    });
  });
});
