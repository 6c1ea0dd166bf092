import { describe, expect, it } from 'vitest';
import { settle } from '../../test/test-clock.ts';
import { testQueue } from '../../test/test-queue.ts';
import { JobsError } from '../errors/jobs-error.ts';
import { defineJob } from '../job/define-job.ts';
import type { RateLimit } from '../job/job-options.ts';

function limited(rateLimit: RateLimit<string>, parts = true) {
  const test = testQueue({ concurrency: 20, parts });
  const startedAt = test.clock.now();
  const starts: [tenant: string, at: number][] = [];
  const job = defineJob({
    name: 'call',
    rateLimit,
    handler: (tenant: string) => void starts.push([tenant, test.clock.now() - startedAt]),
  });
  const enqueue = (...tenants: string[]) =>
    test.queue.enqueueMany(tenants.map((payload) => ({ job, payload })));
  const tokens = () =>
    [...test.backend.store.jobs.values()].map(({ record }) => record.fencingToken);
  return { ...test, job, starts, enqueue, tokens };
}

describe('rateLimit', () => {
  it('starts at most `max` in any window, and puts each job back once', async () => {
    const { queue, clock, starts, enqueue, tokens } = limited({ max: 2, per: 1000 });
    await enqueue('a', 'a', 'a', 'a', 'a');
    await queue.process();
    await clock.advance(5000);
    expect(starts.map(([, at]) => at)).toEqual([0, 0, 1000, 1000, 2000]);
    expect(tokens()).toEqual([1, 1, 2, 2, 2]);
  });

  it('counts each key apart', async () => {
    const { queue, clock, starts, enqueue } = limited({
      max: 1,
      per: 1000,
      key: (tenant) => tenant,
    });
    await enqueue('a', 'a', 'b');
    await queue.process();
    await clock.advance(1000);
    expect(starts).toEqual([
      ['a', 0],
      ['b', 0],
      ['a', 1000],
    ]);
  });

  it('uses no attempt, and says in `explain` until when', async () => {
    const { queue, enqueue, clock } = limited({ max: 1, per: 1000 });
    const [, second] = await enqueue('a', 'a');
    await queue.process();
    await settle();
    const { reasons } = await queue.explain(second!.id);
    expect(reasons[0]).toMatchObject({
      reason: 'rate-limited',
      until: new Date(clock.now() + 1000),
    });
    expect((await queue.getJob(second!.id))?.attemptsMade).toBe(0);
  });

  it('asks again for a reservation that passed more than a window ago', async () => {
    const { queue, clock, starts, enqueue } = limited({ max: 1, per: 1000 });
    await enqueue('a', 'a', 'a', 'a');
    await queue.process();
    await settle();
    await queue.pause();
    await clock.advance(60_000);
    await queue.resume();
    await clock.advance(10_000);
    expect(starts.map(([, at]) => at)).toEqual([0, 60_000, 61_000, 62_000]);
  });

  it('waits without using an attempt while the limiter is away', async () => {
    const { queue, clock, backend, starts, enqueue, errors } = limited({ max: 5, per: 1000 });
    backend.faults.set('limiter.take', () => Promise.reject(new Error('ECONNREFUSED')));
    const [job] = await enqueue('a');
    await queue.process();
    await clock.advance(2500);
    expect(starts).toEqual([]);
    expect(errors.length).toBeGreaterThan(0);
    backend.faults.clear();
    await clock.advance(1000);
    expect(starts).toHaveLength(1);
    expect((await queue.getJob(job!.id))?.attemptsMade).toBe(1);
  });

  it('fails the attempt, and starts nothing, when it throws', async () => {
    const { queue, backend, starts, enqueue } = limited({ max: 1, per: 1000 });
    const odd = new JobsError('JOBS_CONFLICT', 'odd');
    backend.faults.set('limiter.take', () => Promise.reject(odd));
    const [job] = await enqueue('a');
    await queue.process();
    await settle();
    expect([starts.length, (await queue.getJob(job!.id))?.status]).toEqual([0, 'delayed']);
  });

  it.each<[string, () => string]>([
    ['throws', () => fail()],
    ['is no string', () => 7 as never],
  ])('fails the attempt of a job stored without a key when its key %s', async (_, key) => {
    let isBroken = false;
    const rate = { max: 1, per: 1000, key: () => (isBroken ? key() : 'a') };
    const { queue, backend, job, starts } = limited(rate);
    const { rateKey, ...keyless } = await queue.prepare(job, 'a');
    await backend.add({ jobs: [keyless] });
    isBroken = true;
    await queue.process();
    await settle();
    const { status } = (await queue.getJob(keyless.id))!;
    expect([rateKey, starts.length, status]).toEqual(['a', 0, 'delayed']);
  });

  it('ends a run that was cancelled while its turn was asked for, without its handler', async () => {
    const { queue, backend, starts, enqueue } = limited({ max: 1, per: 1000 });
    let answer = (_turn: { waitMs: number }): void => undefined;
    backend.faults.set('limiter.take', () => new Promise((resolve) => (answer = resolve)));
    const [job] = await enqueue('a');
    await queue.process();
    await settle();
    await queue.cancelJob(job!.id);
    answer({ waitMs: 0 });
    await settle();
    expect(starts).toEqual([]);
    expect(await queue.getJob(job!.id)).toMatchObject({
      status: 'cancelled',
      attemptsMade: 0,
      error: { code: 'JOBS_CANCELLED' },
    });
  });

  it('is refused at `process` by a backend that cannot keep it', async () => {
    const { queue, enqueue } = limited({ max: 1, per: 1000 }, false);
    await enqueue('a');
    await expect(queue.process()).rejects.toMatchObject({ code: 'JOBS_NOT_SUPPORTED' });
    const other = testQueue({ parts: false });
    other.queue.register(defineJob({ name: 'c', concurrency: 1, handler: () => 1 }));
    await expect(other.queue.process()).rejects.toMatchObject({ code: 'JOBS_NOT_SUPPORTED' });
  });

  it('is refused where it becomes known to a worker that cannot keep it', async () => {
    const { queue } = testQueue({ parts: false });
    await queue.process();
    const late = defineJob({ name: 'late', rateLimit: { max: 1, per: 1 }, handler: () => 1 });
    await expect(queue.enqueue(late)).rejects.toMatchObject({ code: 'JOBS_NOT_SUPPORTED' });
    expect(queue.getDefinition('late')).toBeUndefined();
  });
});

describe('ctx.takeRateLimit', () => {
  it('ends a run that is over the limit', async () => {
    const { queue, clock } = testQueue({ concurrency: 5 });
    const starts: number[] = [];
    const startedAt = clock.now();
    const job = defineJob({
      name: 'call',
      handler: async (_payload: undefined, ctx) => {
        await ctx.takeRateLimit({ key: 'api', max: 1, per: 500 });
        starts.push(clock.now() - startedAt);
      },
    });
    await queue.enqueueMany([0, 1, 2].map(() => ({ job, payload: undefined })));
    await queue.process();
    await clock.advance(2000);
    expect(starts).toEqual([0, 500, 1000]);
  });

  it.each([
    ['key', { key: '', max: 1, per: 1 }],
    ['max', { key: 'k', max: 0, per: 1 }],
    ['per', { key: 'k', max: 1, per: 0 }],
  ])('refuses a bad %s', async (_, limit) => {
    const { queue } = testQueue();
    const job = defineJob({
      name: 'call',
      attempts: 1,
      handler: (_payload: undefined, ctx) => ctx.takeRateLimit(limit),
    });
    const { id } = await queue.enqueue(job);
    await queue.process();
    await settle();
    expect((await queue.getJob(id))?.error?.code).toBe('JOBS_INVALID_ARGUMENT');
  });
});

function fail(): never {
  throw new Error('no key');
}
