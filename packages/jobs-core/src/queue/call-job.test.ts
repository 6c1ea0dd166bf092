import { describe, expect, it } from 'vitest';
import { testBackend } from '../../test/test-backend.ts';
import { TestClock } from '../../test/test-clock.ts';
import { silent, testQueue } from '../../test/test-queue.ts';
import { defineJob } from '../job/define-job.ts';
import { createQueues } from '../queues/create-queues.ts';
import { caller } from './caller.ts';

const greet = defineJob({ name: 'greet', handler: async (name: string) => `Hello, ${name}` });
const refuse = defineJob({
  name: 'refuse',
  attempts: 1,
  handler: async (why: string): Promise<number> => Promise.reject(new RangeError(why)),
});
const slow = defineJob({
  name: 'slow',
  attempts: 1,
  handler: (_payload: undefined, ctx): Promise<string> =>
    new Promise((_, reject) =>
      ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason as Error)),
    ),
});

/** Waits, and answers what a promise rejects with. */
function thrownBy(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('call', () => {
  it('returns the result of the job that it enqueued', async () => {
    const { queue } = testQueue({ jobs: [greet] });
    await queue.process();
    expect(await queue.call(greet, 'Ada')).toBe('Hello, Ada');
    expect(await queue.call('greet', 'Bob', { priority: 3, tags: ['b'] })).toBe('Hello, Bob');
    expect((await queue.getJobs({ tags: ['b'] })).jobs).toMatchObject([{ priority: 3 }]);
  });

  it('rejects with the error of the job', async () => {
    const { queue } = testQueue();
    await queue.process();
    expect(await thrownBy(queue.call(refuse, 'no'))).toMatchObject({
      name: 'RangeError',
      message: 'no',
    });
  });

  it('cancels a job that has not started when its time is over', async () => {
    const { queue, clock } = testQueue();
    const call = thrownBy(queue.call(greet, 'Ada', { jobId: 'one', timeout: 5000 }));
    await clock.advance(4999);
    expect((await queue.getJob('one'))?.status).toBe('waiting');
    await clock.advance(1);
    expect(await call).toMatchObject({
      code: 'JOBS_TIMEOUT',
      details: { jobId: 'one', cancelled: 'cancelled' },
    });
    expect((await queue.getJob('one'))?.status).toBe('cancelled');
  });

  it('aborts a job that runs when its signal aborts, and says so', async () => {
    const { queue, clock } = testQueue();
    await queue.process();
    const given = new AbortController();
    const call = thrownBy(queue.call(slow, undefined, { jobId: 'one', signal: given.signal }));
    await clock.advance(1000);
    expect((await queue.getJob('one'))?.status).toBe('active');
    given.abort(new Error('the visitor left'));
    expect(await call).toMatchObject({
      code: 'JOBS_ABORTED',
      cause: { message: 'the visitor left' },
      details: { jobId: 'one', cancelled: 'requested' },
    });
    await clock.advance(60_000);
    expect((await queue.getJob('one'))?.status).toBe('cancelled');
  });

  it('stores nothing when its signal has aborted before', async () => {
    const { queue } = testQueue();
    const call = thrownBy(queue.call(greet, 'Ada', { signal: AbortSignal.abort() }));
    expect(await call).toMatchObject({ code: 'JOBS_ABORTED' });
    expect((await queue.getStats()).total).toBe(0);
  });

  it('leaves alone a job that another call created', async () => {
    const { queue, clock } = testQueue();
    await queue.enqueue(greet, 'Ada', { jobId: 'one' });
    const call = thrownBy(queue.call(greet, 'Ada', { jobId: 'one', timeout: 100 }));
    await clock.advance(100);
    expect(await call).toMatchObject({ code: 'JOBS_TIMEOUT', details: { jobId: 'one' } });
    expect((await queue.getJob('one'))?.status).toBe('waiting');
  });

  it('keeps the error of a job that timed out by itself, and cancels nothing', async () => {
    const { queue, clock } = testQueue();
    const brief = defineJob({ ...slow.options, name: 'brief', timeout: 50, handler: slow.handler });
    await queue.process();
    const call = thrownBy(queue.call(brief, undefined, { jobId: 'one', timeout: 60_000 }));
    await clock.advance(1000);
    const error = await call;
    expect(error).toMatchObject({ code: 'JOBS_TIMEOUT' });
    expect((await queue.getJob('one'))?.error?.message).toBe((error as Error).message);
    expect((await queue.getJob('one'))?.status).toBe('failed');
  });

  it('says why a job could not be cancelled', async () => {
    const { queue, clock, backend } = testQueue();
    await queue.getStats();
    backend.cancel = () => Promise.reject(new Error('the store is away'));
    const call = thrownBy(queue.call(greet, 'Ada', { timeout: 100 }));
    await clock.advance(60_000);
    expect(await call).toMatchObject({
      code: 'JOBS_TIMEOUT',
      message: expect.stringContaining('the store is away'),
    });
  });

  it.each([
    [{ timeout: -1 }, 'timeout'],
    [{ signal: {} }, 'signal'],
    [{ transaction: {} }, 'transaction'],
    [{ nonsense: 1 }, 'nonsense'],
  ])('refuses %j before it stores anything', async (options, field) => {
    const { queue } = testQueue();
    const error = await thrownBy(queue.call(greet, 'Ada', options as never));
    expect(error).toMatchObject({ code: 'JOBS_INVALID_ARGUMENT' });
    expect((error as Error).message).toContain(field);
    expect((await queue.getStats()).total).toBe(0);
  });
});

describe('caller', () => {
  it('makes a function of each job', async () => {
    const { queue } = testQueue();
    await queue.process();
    const api = caller(queue, { greet, no: refuse });
    expect(await api.greet('Ada')).toBe('Hello, Ada');
    expect(await thrownBy(api.no('never'))).toMatchObject({ message: 'never' });
    expect(Object.keys(api)).toEqual(['greet', 'no']);
  });

  it('calls each job in its own queue', async () => {
    const clock = new TestClock();
    const backend = () => testBackend({ clock });
    const { handler } = greet;
    const jobs = {
      inA: defineJob({ name: 'in-a', queue: 'a', handler }),
      inB: defineJob({ name: 'in-b', queue: 'b', handler }),
    };
    const queues = createQueues({ a: {}, b: {} }, { backend, clock, logger: silent });
    await queues.process();
    const { inA, inB } = caller(queues, jobs);
    expect(await Promise.all([inA('Ada'), inB('Bob')])).toEqual(['Hello, Ada', 'Hello, Bob']);
    expect(await queues.getStats()).toMatchObject({ a: { completed: 1 }, b: { completed: 1 } });
  });

  it.each([
    [undefined, 'jobs'],
    [{ greet: 'greet' }, 'jobs.greet'],
    [Object.fromEntries([['then', greet]]), 'then'],
  ])('refuses %j', (jobs, field) => {
    const { queue } = testQueue();
    expect(() => caller(queue, jobs as never)).toThrow(field);
  });
});
