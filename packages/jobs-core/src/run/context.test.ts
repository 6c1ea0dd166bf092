import { describe, expect, it } from 'vitest';
import { settle } from '../../test/test-clock.ts';
import { testQueue } from '../../test/test-queue.ts';
import { defineJob } from '../job/define-job.ts';
import type { JobContext } from '../job/job-context.ts';

async function run(handler: (ctx: JobContext) => unknown, options: { parts?: boolean } = {}) {
  const test = testQueue(options);
  const job = defineJob({
    name: 'work',
    attempts: 1,
    handler: (_payload: unknown, ctx) => handler(ctx) as Promise<string>,
  });
  const { id } = await test.queue.enqueue(job, { a: 1 }, { metadata: { tenant: 'x' } });
  await test.queue.process();
  await settle();
  return { ...test, id, stored: async () => (await test.queue.getJob(id))! };
}

describe('ctx', () => {
  it('tells the job, the attempt and the queue', async () => {
    let facts: unknown;
    const { id, queue, clock } = await run((ctx) => {
      const { jobId, name, queueName, payload, attempt, attemptsMade, maxAttempts } = ctx;
      const { timestamp, fencingToken, metadata, ended } = ctx;
      facts = { jobId, name, queueName, payload, attempt, attemptsMade, maxAttempts, timestamp };
      facts = { ...(facts as object), fencingToken, metadata, ended, queue: ctx.queue.name };
    });
    expect(facts).toEqual({
      jobId: id,
      name: 'work',
      queueName: 'default',
      payload: { a: 1 },
      attempt: 1,
      attemptsMade: 0,
      maxAttempts: 1,
      timestamp: clock.now(),
      fencingToken: 1,
      metadata: { tenant: 'x' },
      ended: false,
      queue: queue.name,
    });
  });

  it('lets its functions be taken out of it', async () => {
    const { stored } = await run(async ({ updateProgress, log, snooze }) => {
      await updateProgress({ step: 2 });
      log('taken out');
      snooze(5);
    });
    expect(await stored()).toMatchObject({ status: 'delayed', progress: { step: 2 } });
  });

  it('has one signal, also when it is first asked for after the abort', async () => {
    let context: JobContext | undefined;
    const { queue, id } = await run((ctx) => {
      context = ctx;
      return new Promise(() => undefined);
    });
    await queue.cancelJob(id, { force: true, reason: 'why' });
    await settle();
    expect(context?.signal.aborted).toBe(true);
    expect(context?.signal).toBe(context?.signal);
    expect(context?.signal.reason).toMatchObject({ code: 'JOBS_CANCELLED' });
  });
});

describe('ctx.updateProgress', () => {
  it.each([0, 50, -1, { done: 3, of: 7 }])(
    'stores %j, visible while the job runs',
    async (progress) => {
      const { stored } = await run(async (ctx) => {
        await ctx.updateProgress(progress);
        return new Promise(() => undefined);
      });
      expect(await stored()).toMatchObject({ status: 'active', progress });
    },
  );

  it.each([Number.NaN, Number.POSITIVE_INFINITY, '50', null, undefined, [1], true, new Date(0)])(
    'refuses %j',
    async (progress) => {
      const { stored } = await run((ctx) => ctx.updateProgress(progress as number));
      expect((await stored()).error?.code).toBe('JOBS_INVALID_ARGUMENT');
    },
  );

  it('refuses what JSON cannot carry', async () => {
    const { stored } = await run((ctx) => ctx.updateProgress({ at: 1n }));
    expect((await stored()).error?.code).toBe('JOBS_PAYLOAD_NOT_SERIALIZABLE');
  });

  it('is refused, and the signal aborted, once the lease is lost', async () => {
    const { queue, backend } = testQueue();
    const seen: unknown[] = [];
    const job = defineJob({
      name: 'work',
      handler: async (_payload: undefined, ctx) => {
        backend.store.change(backend.store.jobs.get(ctx.jobId)!, { fencingToken: 7 });
        seen.push(await ctx.updateProgress(1).catch(({ code }) => code));
        seen.push(ctx.signal.reason.code);
        backend.faults.set('setProgress', () => seen.push('asked again'));
        seen.push(await ctx.updateProgress(2).catch(({ code }) => code));
      },
    });
    await queue.enqueue(job);
    await queue.process();
    await settle();
    expect(seen).toEqual(['JOBS_LEASE_LOST', 'JOBS_LEASE_LOST', 'JOBS_LEASE_LOST']);
  });
});

describe('ctx.log', () => {
  it('stores lines as console.log shows them, in order, with their attempt', async () => {
    const { queue, id, clock } = await run((ctx) => {
      ctx.log('sent %d of %s', 3, 'ten', { left: 7 });
      ctx.log('two\nlines');
      ctx.log('\u001b[31mred');
    });
    const { lines, total } = await queue.getLogs(id);
    expect(lines.map(({ message }) => message)).toEqual([
      'sent 3 of ten { left: 7 }',
      'two',
      'lines',
      '\\u001b[31mred',
    ]);
    expect(lines[0]).toMatchObject({ at: clock.now(), attempt: 1 });
    expect(total).toBe(4);
  });

  it('shows what it can of a value that throws, and cuts long lines', async () => {
    const hostile = {
      get [Symbol.toStringTag](): string {
        throw new Error('untold');
      },
      [Symbol.for('nodejs.util.inspect.custom')](): never {
        throw new Error('untold');
      },
    };
    const { queue, id, stored } = await run((ctx) => {
      ctx.log(hostile);
      ctx.log('x'.repeat(20_000));
    });
    expect((await stored()).status).toBe('completed');
    const { lines } = await queue.getLogs(id);
    expect(lines[0]?.message).toContain('untold');
    expect(lines[1]?.message).toHaveLength(10_001);
  });

  it('keeps only what a store would when a handler logs without pause', async () => {
    const { queue, id } = await run((ctx) => {
      for (let line = 0; line < 50_000; line++) ctx.log(line);
    });
    const { lines, total } = await queue.getLogs(id, { offset: 0, limit: 1000 });
    expect(total).toBeLessThan(3_000);
    expect(lines.length).toBeLessThanOrEqual(1_000);
  });

  it('holds the outcome up until every line is stored', async () => {
    const test = testQueue();
    let store = (): void => undefined;
    test.backend.faults.set('logs.append', () => new Promise<void>((resolve) => (store = resolve)));
    const job = defineJob({ name: 'work', handler: (_payload: undefined, ctx) => ctx.log('line') });
    const { id } = await test.queue.enqueue(job);
    await test.queue.process();
    await settle();
    expect((await test.queue.getJob(id))?.status).toBe('active');
    store();
    await settle();
    expect((await test.queue.getJob(id))?.status).toBe('completed');
  });

  it('reports a store that fails, and the job goes on', async () => {
    const test = testQueue();
    test.backend.faults.set('logs.append', () => Promise.reject(new Error('full')));
    const job = defineJob({ name: 'work', handler: (_payload: undefined, ctx) => ctx.log('line') });
    const { id } = await test.queue.enqueue(job);
    await test.queue.process();
    await settle();
    expect((await test.queue.getJob(id))?.status).toBe('completed');
    expect(test.errors).toMatchObject([{ code: 'JOBS_BACKEND_UNAVAILABLE' }]);
  });

  it('is reported as not supported where the backend has no logs', async () => {
    const { errors, stored } = await run((ctx) => ctx.log('line'), { parts: false });
    expect((await stored()).status).toBe('completed');
    expect(errors).toMatchObject([{ code: 'JOBS_NOT_SUPPORTED' }]);
  });
});

describe('ctx.sleep', () => {
  it('waits by the clock of the queue', async () => {
    const { queue, clock } = testQueue();
    const job = defineJob({
      name: 'sleeper',
      handler: async (_payload: undefined, ctx) => {
        await ctx.sleep(60_000);
        return 'slept';
      },
    });
    const { id } = await queue.enqueue(job);
    await queue.process();
    await clock.advance(59_999);
    expect((await queue.getJob(id))?.status).toBe('active');
    await clock.advance(1);
    expect(await queue.getJob(id)).toMatchObject({ status: 'completed', result: 'slept' });
  });

  it('ends when the signal aborts, with its reason, and leaves no timer', async () => {
    const { queue, clock, backend } = testQueue();
    const job = defineJob({
      name: 'sleeper',
      attempts: 1,
      timeout: 1000,
      handler: (_payload: undefined, ctx) => ctx.sleep(60_000),
    });
    const { id } = await queue.enqueue(job);
    await queue.process();
    await clock.advance(1000);
    expect(backend.store.jobs.get(id)?.record.error?.code).toBe('JOBS_TIMEOUT');
    await queue.close();
    await clock.advance(30_000);
    expect(clock.pending).toBe(0);
  });

  it('wants a length of time', async () => {
    const { queue, backend } = testQueue();
    const job = defineJob({
      name: 'sleeper',
      attempts: 1,
      handler: (_payload: undefined, ctx) => ctx.sleep(-1),
    });
    const { id } = await queue.enqueue(job);
    await queue.process();
    await settle();
    expect(backend.store.jobs.get(id)?.record.error?.code).toBe('JOBS_INVALID_ARGUMENT');
  });
});
