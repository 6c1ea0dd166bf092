import { declareJob, defineJob } from '@philjs/jobs-core';
import { describe, expect, it } from 'vitest';
import { createTestClock } from '../clock/test-clock.ts';
import { runJob } from './run-job.ts';

describe('runJob', () => {
  it('returns the result, the progress and the log of a run', async () => {
    const send = defineJob({
      name: 'send',
      handler: async ({ to }: { to: string }, ctx) => {
        ctx.log('to %s', to);
        await ctx.updateProgress(50);
        await ctx.updateProgress({ step: 'sent' });
        return { sent: true, id: ctx.jobId, tenant: ctx.metadata['tenant'] };
      },
    });
    const run = await runJob(send, { to: 'ada' }, { jobId: 'j1', metadata: { tenant: 'acme' } });
    expect(run).toEqual({
      outcome: 'completed',
      result: { sent: true, id: 'j1', tenant: 'acme' },
      error: undefined,
      progress: [50, { step: 'sent' }],
      logs: ['to ada'],
      enqueued: [],
      runAt: undefined,
    });
  });

  it('goes on from the progress of an earlier run', async () => {
    const walk = defineJob({
      name: 'walk',
      handler: async (_payload: undefined, ctx) => {
        const { page = 0 } = (ctx.progress ?? {}) as { page?: number };
        await ctx.updateProgress({ page: page + 1 });
        return [page, ctx.progress];
      },
    });
    const first = await runJob(walk, undefined);
    expect(first.result).toEqual([0, { page: 1 }]);
    const [progress] = first.progress;
    const second = await runJob(walk, undefined, { attempt: 2, progress });
    expect(second.result).toEqual([1, { page: 2 }]);
  });

  it('runs a variant of a job with its options', async () => {
    const flaky = defineJob({
      name: 'flaky',
      handler: (_payload: undefined, ctx): string => `${ctx.attempt} of ${ctx.maxAttempts}`,
    });
    const { result, outcome } = await runJob(flaky.with({ attempts: 7 }), undefined);
    expect({ result, outcome }).toEqual({ result: '1 of 7', outcome: 'completed' });
  });

  it('tells a failed attempt from a failed job, and what comes next', async () => {
    const clock = createTestClock(0);
    const bad = defineJob({
      name: 'bad',
      attempts: 3,
      backoff: { type: 'exponential', delay: 1_000 },
      handler: (_payload: undefined, ctx): void => {
        throw new TypeError(`attempt ${ctx.attempt} of ${ctx.maxAttempts}`);
      },
    });
    const second = await runJob(bad, undefined, { attempt: 2, clock });
    expect(second).toMatchObject({
      outcome: 'retrying',
      result: undefined,
      error: { name: 'TypeError', message: 'attempt 2 of 3' },
      runAt: new Date(2_000),
    });
    const last = await runJob(bad, undefined, { attempt: 3, clock });
    expect(last).toMatchObject({ outcome: 'failed', runAt: undefined });
  });

  it('tells a snooze, and a failure the handler decided', async () => {
    const clock = createTestClock(0);
    const later = defineJob({ name: 'later', handler: (_p: undefined, ctx) => ctx.snooze(5_000) });
    expect(await runJob(later, undefined, { clock })).toMatchObject({
      outcome: 'snoozed',
      runAt: new Date(5_000),
    });
    const never = defineJob({ name: 'never', handler: (_p: undefined, ctx) => ctx.fail('no') });
    const failed = await runJob(never, undefined);
    expect([failed.outcome, failed.error?.message]).toEqual(['failed', 'no']);
  });

  it('runs hooks and middleware, and lets limits pass', async () => {
    const calls: string[] = [];
    const job = defineJob({
      name: 'job',
      concurrency: [2, { max: 1, key: () => 'tenant' }],
      rateLimit: { max: 1, per: 1_000, key: () => 'tenant' },
      middleware: async (_payload, _ctx, next) => `(${await next()})`,
      onComplete: (result) => void calls.push(`complete ${result}`),
      handler: () => 'x',
    });
    for (let run = 0; run < 2; run++) expect((await runJob(job, undefined)).result).toBe('(x)');
    expect(calls).toEqual(['complete (x)', 'complete (x)']);
  });

  it('notes what the handler enqueues, and does not run it', async () => {
    const follow = defineJob({ name: 'follow', handler: () => expect.unreachable() });
    const first = defineJob({
      name: 'first',
      handler: async (_payload: undefined, ctx) => {
        await ctx.queue.enqueue(follow, undefined, { delay: 60_000 });
      },
    });
    const { enqueued } = await runJob(first, undefined);
    expect(enqueued).toMatchObject([{ name: 'follow' }]);
  });

  it('records what the handler enqueues to other queues', async () => {
    const mail = defineJob({ name: 'mail', queue: 'emails', handler: (to: string) => to });
    const signUp = defineJob({
      name: 'sign-up',
      queue: 'users',
      handler: async (to: string, ctx) => {
        await ctx.queues.enqueue(mail, to);
        return ctx.queueName;
      },
    });
    const run = await runJob(signUp, 'ada', { queues: ['emails'] });
    expect(run).toMatchObject({ result: 'users', enqueued: [{ name: 'mail', payload: 'ada' }] });
  });

  it('records workflows, children, and jobs with a place in an order', async () => {
    const part = defineJob({ name: 'part', handler: (n: number) => n });
    const whole = defineJob({
      name: 'whole',
      handler: async (adds: boolean, ctx) => {
        if ((await ctx.childResults()).size > 0 || [...(await ctx.dependencies())].length > 0)
          return;
        if (adds) return ctx.addChildren([{ job: part, payload: 1 }]);
        const first = await ctx.queue.enqueue(part, 1, { fairKey: 'ada' });
        await ctx.queue.enqueue(part, 2, { dependsOn: [first] });
      },
    });
    const { outcome, error, enqueued } = await runJob(whole, false);
    expect([outcome, error]).toEqual(['completed', undefined]);
    const [first, second] = enqueued;
    expect(first).toMatchObject({ order: { fairKey: 'ada' } });
    expect(second).toMatchObject({ payload: 2, dependsOn: [{ id: first?.id }] });
    expect(await runJob(whole, true)).toMatchObject({
      outcome: 'snoozed',
      enqueued: [{ name: 'part', payload: 1 }],
    });
  });

  it('completes a job in a transaction of its handler, and records what is enqueued there', async () => {
    const transaction = { query: () => 'stored' };
    const mail = defineJob({ name: 'mail', handler: (to: string) => to });
    const order = defineJob({
      name: 'order',
      handler: async (_payload: undefined, ctx) => {
        await ctx.queue.enqueue(mail, 'ada', { transaction });
        await ctx.completeIn(transaction, { number: 7 });
      },
    });
    const { outcome, result, enqueued } = await runJob(order, undefined);
    expect([outcome, result]).toEqual(['completed', { number: 7 }]);
    expect(enqueued).toMatchObject([{ name: 'mail', payload: 'ada' }]);
  });

  it('begins a transaction for a handler where the test says what stands for it', async () => {
    const tx = { query: async () => 'stored' };
    const order = defineJob({
      name: 'order',
      handler: (_payload: undefined, ctx) =>
        ctx.queue.transaction(async (given: typeof tx) => {
          await ctx.completeIn(given, await given.query());
        }),
    });
    const run = await runJob(order, undefined, { nonAtomicTransactions: () => tx });
    expect([run.outcome, run.result]).toEqual(['completed', 'stored']);
    const refused = await runJob(order, undefined);
    expect(refused.error).toMatchObject({ code: 'JOBS_NOT_SUPPORTED' });
  });

  it('refuses a job that is only declared', async () => {
    const declared = declareJob<{ to: string }>({ name: 'send' });
    await expect(runJob(declared, { to: 'ada' })).rejects.toMatchObject({
      code: 'JOBS_INVALID_ARGUMENT',
      details: { field: 'job' },
    });
    const { result } = await runJob(
      declared.handle(({ to }) => to),
      { to: 'ada' },
    );
    expect(result).toBe('ada');
  });

  it('refuses the number of an attempt that cannot be', async () => {
    const job = defineJob({ name: 'job', handler: () => 1 });
    await expect(runJob(job, undefined, { attempt: 0 })).rejects.toMatchObject({
      code: 'JOBS_INVALID_ARGUMENT',
      details: { field: 'attempt' },
    });
  });

  it('times out by the clock it is given', async () => {
    const clock = createTestClock();
    const stuck = defineJob({
      name: 'stuck',
      timeout: 60_000,
      attempts: 1,
      handler: () => new Promise<void>(() => undefined),
    });
    const run = runJob(stuck, undefined, { clock });
    await clock.advance(60_000);
    expect(await run).toMatchObject({ outcome: 'failed', error: { code: 'JOBS_TIMEOUT' } });
  });

  it('carries payload and result through the codec', async () => {
    const dated = defineJob({
      name: 'dated',
      codec: {
        encode: (value) => (value as Date).toISOString(),
        decode: (json) => new Date(String(json)),
      },
      handler: (at: Date) => new Date(at.getTime() + 1_000),
    });
    expect((await runJob(dated, new Date(0))).result).toEqual(new Date(1_000));
  });

  it('refuses what enqueue refuses', async () => {
    const job = defineJob({ name: 'job', handler: (payload: unknown) => payload });
    await expect(runJob(job, 10n)).rejects.toMatchObject({ code: 'JOBS_PAYLOAD_NOT_SERIALIZABLE' });
    await expect(runJob(job, 1, { jobId: '' })).rejects.toMatchObject({
      code: 'JOBS_INVALID_ARGUMENT',
    });
  });

  it('runs steps, with what earlier runs left', async () => {
    const ran: string[] = [];
    const order = defineJob({
      name: 'order',
      handler: async (_payload: undefined, ctx) => {
        const charge = await ctx.step('charge', () => ran.push('charge'));
        await ctx.sleepUntil('a day', Date.now() + 86_400_000);
        return [charge, await ctx.waitFor('approved')];
      },
    });
    expect((await runJob(order, undefined)).outcome).toBe('snoozed');
    const steps = { charge: 7, 'a day': true };
    expect((await runJob(order, undefined, { steps })).outcome).toBe('snoozed');
    const { result } = await runJob(order, undefined, { steps, signals: { approved: 'yes' } });
    expect(result).toEqual([7, 'yes']);
    expect(ran).toEqual(['charge']);
  });
});
