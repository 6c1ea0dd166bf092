import { describe, expect, it } from 'vitest';
import { runOneJob as run } from '../../test/run-one-job.ts';
import { settle } from '../../test/test-clock.ts';

describe('a step', () => {
  it('runs once for a job, over failed attempts', async () => {
    const ran: string[] = [];
    const results: unknown[] = [];
    const { stored } = await run(
      async (ctx) => {
        results.push(await ctx.step('a', () => ran.push('a')));
        results.push(await ctx.step('none', () => void ran.push('none')));
        if (ctx.attempt < 3) throw new Error('no');
        return ctx.step('b', async () => ({ at: ran.push('b') }));
      },
      { attempts: 3 },
    );
    expect(ran).toEqual(['a', 'none', 'b']);
    expect(results).toEqual([1, undefined, 1, undefined, 1, undefined]);
    expect(await stored()).toMatchObject({ status: 'completed', result: { at: 3 } });
  });

  it('costs one write in a first run, and one read in all in a later one', async () => {
    const { callsOf } = await run(
      async (ctx) => {
        for (const name of ['a', 'b', 'c']) await ctx.step(name, () => name);
        if (ctx.attempt === 1) throw new Error('no');
      },
      { attempts: 2 },
    );
    expect([callsOf('steps.write'), callsOf('steps.read')]).toEqual([3, 1]);
  });

  it('costs nothing where it is not used', async () => {
    const { callsOf } = await run((ctx) => {
      if (ctx.attempt === 1) throw new Error('no');
    });
    expect([callsOf('steps.write'), callsOf('steps.read')]).toEqual([0, 0]);
  });

  it('returns its result as later runs get it: in JSON, through the codec', async () => {
    const seen: unknown[] = [];
    const codec = {
      encode: (value: unknown) => JSON.stringify(value),
      decode: (text: unknown) => ({ decoded: JSON.parse(text as string) }),
    };
    await run(async (ctx) => seen.push(await ctx.step('a', () => ({ at: new Date(0) }))));
    await run(async (ctx) => seen.push(await ctx.step('a', () => [1])), { codec });
    expect(seen).toEqual([{ at: '1970-01-01T00:00:00.000Z' }, { decoded: [1] }]);
  });

  it('fails the attempt by its error, and is tried again in the next', async () => {
    let tries = 0;
    const { stored } = await run(
      (ctx) =>
        ctx.step('a', () => {
          if (++tries === 1) throw new TypeError('first');
          return tries;
        }),
      { attempts: 2 },
    );
    expect(await stored()).toMatchObject({ status: 'completed', result: 2, attemptsMade: 2 });
  });

  it('is refused by a name that the run has used, within a step, and with a bad argument', async () => {
    const codes: unknown[] = [];
    const noted = async (call: () => Promise<unknown>) =>
      call().catch((error) => codes.push([error.code, error.details?.field]));
    await run(async (ctx) => {
      await ctx.step('a', () => 1);
      await noted(() => ctx.step('a', () => 2));
      await noted(() => ctx.sleepUntil('a', 0));
      await noted(() => ctx.waitFor('a'));
      await ctx.step('b', () => noted(() => ctx.step('c', () => 1)));
      await noted(() => ctx.step('', () => 1));
      await noted(() => ctx.step('d', 1 as never));
      await noted(() => ctx.step('d', () => 1, { attempts: 0 }));
      await noted(() => ctx.step('d', () => 1, { retries: 1 } as never));
      await noted(() => ctx.sleepUntil('e', 'tomorrow' as never));
      await noted(() => ctx.waitFor('f', { timeout: -1 }));
      await noted(() => ctx.waitFor('f', { schema: {} as never }));
    });
    const fields = ['name', 'name', 'name', 'name', 'name', 'fn', 'attempts', 'step.retries'];
    const expected = [...fields, 'date', 'timeout', 'schema'];
    expect(codes).toEqual(expected.map((field) => ['JOBS_INVALID_ARGUMENT', field]));
  });

  it('may run beside others', async () => {
    const { stored } = await run((ctx) =>
      Promise.all(['a', 'b'].map((name) => ctx.step(name, async () => name))),
    );
    expect(await stored()).toMatchObject({ result: ['a', 'b'] });
  });

  it('fails the job at once when JSON cannot carry its result', async () => {
    const { stored } = await run((ctx) => ctx.step('a', () => new Map()), { attempts: 3 });
    expect(await stored()).toMatchObject({
      status: 'failed',
      attemptsMade: 1,
      error: { code: 'JOBS_RESULT_NOT_SERIALIZABLE', details: { path: 'a' } },
    });
  });

  it('fails the job at once when there is no room for it', async () => {
    let ran = 0;
    const many = await run(
      async (ctx) => {
        for (let n = 0; n <= 1000; n++) await ctx.step(`step ${n}`, () => void ran++);
      },
      { attempts: 3 },
    );
    expect(await many.stored()).toMatchObject({
      status: 'failed',
      attemptsMade: 1,
      error: { code: 'JOBS_STEPS_FULL', details: { step: 'step 1000', entries: 1001 } },
    });
    expect(ran).toBe(1000);
    const large = await run(async (ctx) => {
      for (let n = 0; n < 5; n++) await ctx.step(`step ${n}`, () => 'x'.repeat(1_000_000));
    });
    const error = { code: 'JOBS_STEPS_FULL', details: { step: 'step 4', max: 4_194_304 } };
    expect(await large.stored()).toMatchObject({ status: 'failed', error });
  });

  it('is not supported by a backend that stores none', async () => {
    const { stored } = await run((ctx) => ctx.step('a', () => 1), {}, { parts: false });
    expect(await stored()).toMatchObject({ error: { code: 'JOBS_NOT_SUPPORTED' } });
  });

  it('stores nothing for a run that lost its lease', async () => {
    let error: unknown;
    await run(async (ctx, { backend }) => {
      backend.faults.set('steps.write', async () => false);
      error = await ctx.step('a', () => 1).catch((thrown) => thrown);
      backend.faults.clear();
      error = [error, ctx.signal.reason, await ctx.step('b', () => 1).catch((thrown) => thrown)];
    });
    const lost = expect.objectContaining({ code: 'JOBS_LEASE_LOST' });
    expect(error).toEqual([lost, lost, lost]);
  });
});

describe('the tries of a step', () => {
  it('are its own, and stay beyond a run', async () => {
    const tries: number[] = [];
    const { stored, clock, queue, id } = await run(async (ctx, test) => {
      await ctx.step(
        'a',
        () => {
          if (tries.push(test.clock.now()) < 4) throw new Error('busy');
        },
        { attempts: 4, backoff: (n) => (n === 2 ? 6000 : 1000) },
      );
    });
    const start = tries[0]!;
    await clock.advance(1000);
    expect(await stored()).toMatchObject({ status: 'delayed', attemptsMade: 0 });
    expect(await queue.getSteps(id)).toMatchObject([
      { name: 'a', kind: 'step', status: 'retrying', failedTries: 2, error: { message: 'busy' } },
    ]);
    expect((await queue.explain(id)).reasons[0]).toMatchObject({
      reason: 'sleeping',
      message: expect.stringMatching(/step `a`.*failed 2 times.*busy/),
      until: new Date(start + 7000),
    });
    await clock.advance(7000);
    expect(tries.map((at) => at - start)).toEqual([0, 1000, 7000, 8000]);
    expect(await stored()).toMatchObject({ status: 'completed', attemptsMade: 1 });
  });

  it('end with the error of the last, and begin again in the next attempt', async () => {
    let tries = 0;
    const { stored, clock } = await run(
      (ctx) =>
        ctx.step(
          'a',
          () => {
            throw new Error(`try ${++tries}`);
          },
          { attempts: 2, backoff: { type: 'fixed', delay: 0 } },
        ),
      { attempts: 2 },
    );
    await clock.advance(0);
    await clock.advance(0);
    expect(await stored()).toMatchObject({ status: 'failed', error: { message: 'try 4' } });
  });

  it('wait for steps beside them before they end the run', async () => {
    const ran: string[] = [];
    let go: () => void = () => undefined;
    const { clock, stored } = await run(async (ctx) => {
      const backoff = { type: 'fixed', delay: 10_000 } as const;
      await Promise.all([
        ctx.step(
          'a',
          () => {
            if (ran.push('a') === 1) throw new Error('busy');
          },
          { attempts: 2, backoff },
        ),
        ctx.step('b', async () => {
          await new Promise<void>((resolve) => {
            go = resolve;
          });
          ran.push('b');
        }),
      ]);
    });
    expect(await stored()).toMatchObject({ status: 'active' });
    go();
    await settle();
    expect(await stored()).toMatchObject({ status: 'delayed' });
    await clock.advance(10_000);
    expect(ran).toEqual(['a', 'b', 'a']);
    expect(await stored()).toMatchObject({ status: 'completed' });
  });
});

describe('ctx.sleepUntil', () => {
  it('ends the run until the date that was given first, without using an attempt', async () => {
    const runs: number[] = [];
    const { clock, stored, queue, id } = await run(async (ctx, test) => {
      runs.push(test.clock.now());
      await ctx.sleepUntil('reminder', new Date(test.clock.now() + 60_000));
      if (runs.length === 2) throw new Error('awake, and then');
      return 'awake';
    });
    const [start = 0] = runs;
    expect(await stored()).toMatchObject({ status: 'delayed', attemptsMade: 0 });
    const until = new Date(start + 60_000);
    expect(await queue.getSteps(id)).toMatchObject([
      { name: 'reminder', kind: 'sleep', status: 'waiting', until },
    ]);
    const message = expect.stringContaining('`reminder`');
    const [why] = (await queue.explain(id)).reasons;
    expect(why).toMatchObject({ reason: 'sleeping', message, until });
    // A run before its time sleeps on.
    await queue.promoteJob(id);
    await settle();
    expect(await stored()).toMatchObject({ status: 'delayed', attemptsMade: 0 });
    await clock.advance(60_000);
    expect(runs.map((at) => at - start)).toEqual([0, 0, 60_000]);
    expect(await stored()).toMatchObject({ status: 'completed', result: 'awake' });
    expect(await queue.getSteps(id)).toMatchObject([{ status: 'completed', endedAt: until }]);
  });

  it('does not end the run for a date that has come, in a later attempt neither', async () => {
    let date = 0;
    const { stored } = await run(
      async (ctx, { clock }) => {
        await ctx.sleepUntil('past', date);
        date = clock.now() + 1_000_000;
        if (ctx.attempt === 1) throw new Error('no');
      },
      { attempts: 2 },
    );
    expect(await stored()).toMatchObject({ status: 'completed' });
  });

  it('ends a handler that goes on at its next step', async () => {
    let ran = 0;
    const { clock, stored } = await run(async (ctx, test) => {
      await ctx.sleepUntil('a', test.clock.now() + 1000).catch(() => undefined);
      await ctx.step('b', () => ++ran);
    });
    expect([ran, (await stored()).status]).toEqual([0, 'delayed']);
    await clock.advance(1000);
    expect([ran, (await stored()).status]).toEqual([1, 'completed']);
  });

  it('runs no hook before the end of the job', async () => {
    const hooks: string[] = [];
    const note = (name: string) => () => void hooks.push(name);
    const { clock } = await run((ctx, test) => ctx.sleepUntil('a', test.clock.now() + 1000), {
      onComplete: note('onComplete'),
      onRetry: note('onRetry'),
      onFail: note('onFail'),
    });
    expect(hooks).toEqual([]);
    await clock.advance(1000);
    expect(hooks).toEqual(['onComplete']);
  });
});
