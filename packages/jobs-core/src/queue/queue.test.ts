import { describe, expect, it } from 'vitest';
import { rejectionOf } from '../../test/code-of.ts';
import { type TestBackend, testBackend } from '../../test/test-backend.ts';
import { settle, TestClock } from '../../test/test-clock.ts';
import { silent, testQueue } from '../../test/test-queue.ts';
import type { ConsumeParams, Consumer } from '../contract/consumer.ts';
import { defineJob } from '../job/define-job.ts';
import { createQueue } from './create-queue.ts';

const work = defineJob({ name: 'work', handler: (payload: string) => payload });
const endless = defineJob({ name: 'endless', handler: () => new Promise<never>(() => undefined) });

/** Replaces a method by one that waits until it is released. */
function hold(backend: TestBackend, method: string, run: (params: never) => unknown) {
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  backend.faults.set(method, async (params) => {
    await held;
    backend.faults.delete(method);
    return run(params);
  });
  return () => letGo();
}

describe('opening', () => {
  it('happens once, with the first use', async () => {
    const { queue, backend } = testQueue();
    expect(backend.calls).toEqual([]);
    await Promise.all([queue.enqueue(work, 'a'), queue.getStats(), queue.process()]);
    expect(backend.calls.filter((call) => call === 'open')).toHaveLength(1);
    expect(backend.calls[0]).toBe('open');
  });

  it('fails the calls that need it, and is tried again by the next', async () => {
    const { queue, backend } = testQueue();
    backend.faults.set('open', () => Promise.reject(new Error('ECONNREFUSED')));
    const calls = [queue.enqueue(work, 'a'), queue.process(), queue.getJob('a'), queue.pause()];
    for (const call of calls)
      expect((await rejectionOf(call))?.code).toBe('JOBS_BACKEND_UNAVAILABLE');
    backend.faults.clear();
    const { id } = await queue.enqueue(work, 'a');
    await queue.process();
    await settle();
    expect((await queue.getJob(id))?.status).toBe('completed');
  });

  it('is begun by one caller only when several see it fail', async () => {
    const { queue, backend } = testQueue();
    backend.faults.set('open', () => Promise.reject(new Error('away')));
    const again = (call: Promise<unknown>) => call.catch(() => queue.getStats());
    const first = [again(queue.getStats()), again(queue.getStats()), again(queue.getStats())];
    await Promise.allSettled(first);
    expect(backend.calls.filter((call) => call === 'open').length).toBeLessThanOrEqual(2);
  });

  it('comes before what other packages do with the backend', async () => {
    const { queue, backend } = testQueue();
    await queue.backend.limiter?.take({ key: 'k', max: 1, per: 1, now: 0 });
    expect(backend.calls).toEqual(['open', 'limiter.take']);
  });

  it('gives up on a backend that never answers, in its time', async () => {
    const { queue, backend, clock } = testQueue({ backendTimeout: 500 });
    backend.faults.set('open', () => new Promise(() => undefined));
    const call = rejectionOf(queue.enqueue(work, 'a'));
    await clock.advance(500);
    expect((await call)?.code).toBe('JOBS_BACKEND_UNAVAILABLE');
  });
});

describe('process and stop', () => {
  it('start one worker, however often they are asked', async () => {
    const { queue, backend } = testQueue();
    await Promise.all([queue.process(), queue.process()]);
    await queue.process();
    expect(backend.calls.filter((call) => call === 'consume')).toHaveLength(1);
    expect(await queue.getWorkers()).toHaveLength(1);
  });

  it('may run another number of jobs at once than the queue was made for', async () => {
    const { queue } = testQueue({ concurrency: 2 });
    await queue.process({ concurrency: 7 });
    expect(await queue.getWorkers()).toMatchObject([{ concurrency: 7 }]);
    await queue.stop();
    await queue.process();
    expect(await queue.getWorkers()).toMatchObject([{ concurrency: 2 }]);
  });

  it.each([
    ['concurrency', { concurrency: 0 }],
    ['concurrency', { concurrency: 1.5 }],
    ['process.concurency', { concurency: 5 }],
  ])('refuse a bad `%s`', async (field, options) => {
    const { queue, backend } = testQueue();
    expect(await rejectionOf(queue.process(options as object))).toMatchObject({
      code: 'JOBS_INVALID_ARGUMENT',
      field,
    });
    expect(backend.calls).toEqual([]);
  });

  it('end the worker and start it again; between them jobs wait', async () => {
    const { queue } = testQueue();
    await queue.process();
    await queue.stop();
    await queue.stop();
    const { id } = await queue.enqueue(work, 'a');
    await settle();
    expect((await queue.getJob(id))?.status).toBe('waiting');
    await queue.process();
    await settle();
    expect((await queue.getJob(id))?.status).toBe('completed');
  });

  it('asked together come one after the other', async () => {
    const { queue } = testQueue();
    await queue.process();
    const stopping = queue.stop();
    await queue.process();
    await stopping;
    expect(await queue.getWorkers()).toHaveLength(1);
  });

  it('wait for active jobs, then give them back', async () => {
    const { queue, clock } = testQueue();
    const { id } = await queue.enqueue(endless);
    await queue.process();
    await settle();
    let stopped = false;
    const stop = queue.stop({ timeout: 5000 }).then(() => (stopped = true));
    await clock.advance(4999);
    expect(stopped).toBe(false);
    await clock.advance(2000);
    await stop;
    expect(await queue.getJob(id)).toMatchObject({ status: 'waiting', attemptsMade: 0 });
  });

  it('begun by several callers after a failure make one worker', async () => {
    const { queue, backend } = testQueue();
    backend.faults.set('consume', () => Promise.reject(new Error('away')));
    const again = (call: Promise<unknown>) =>
      call.catch(() => {
        backend.faults.clear();
        return queue.process();
      });
    await Promise.all([again(queue.process()), again(queue.process())]);
    expect(await queue.getWorkers()).toHaveLength(1);
    await queue.stop();
    expect(await queue.getWorkers()).toHaveLength(0);
  });

  it('end a worker that was there only after it was given up', async () => {
    const { queue, backend, clock } = testQueue({ backendTimeout: 500 });
    const stops: object[] = [];
    let answer = (_consumer: Consumer): void => undefined;
    backend.faults.set('consume', () => new Promise((resolve) => (answer = resolve)));
    const call = rejectionOf(queue.process());
    await clock.advance(500);
    expect((await call)?.code).toBe('JOBS_BACKEND_UNAVAILABLE');
    answer({ resize: () => undefined, stop: async (params) => void stops.push(params) });
    await settle();
    expect(stops).toEqual([{ timeout: 0 }]);
  });

  it('are bounded though the consumer never ends, and say so', async () => {
    const { queue, backend, clock, errors } = testQueue();
    backend.faults.set('consume', async () => ({ stop: () => new Promise(() => undefined) }));
    await queue.process();
    let stopped = false;
    void queue.stop({ timeout: 1000 }).then(() => (stopped = true));
    await clock.advance(6000);
    expect(stopped).toBe(true);
    expect(errors).toMatchObject([{ code: 'JOBS_TIMEOUT' }]);
  });

  it('report a consumer that cannot stop', async () => {
    const { queue, backend, errors } = testQueue();
    backend.faults.set('consume', async () => ({ stop: () => Promise.reject(new Error('stuck')) }));
    await queue.process();
    await queue.stop();
    expect(errors.map(({ message }) => message)).toEqual(['stuck']);
  });

  it('tell the backend limits, versions and the worker, as they are at any time', async () => {
    const { queue, backend } = testQueue({ concurrency: 7, lockDuration: 500, maxStalledCount: 4 });
    let params: ConsumeParams | undefined;
    backend.faults.set('consume', async (given) => {
      params = given;
      return { resize: () => undefined, stop: async () => undefined };
    });
    await queue.process();
    queue.register(defineJob({ name: 'late', concurrency: 3, version: 2, handler: () => 1 }));
    expect(params).toMatchObject({
      concurrency: 7,
      lockDuration: 500,
      maxStalledCount: 4,
      stalledError: { code: 'JOBS_STALLED' },
      worker: { concurrency: 7, jobs: { late: 2 }, pid: process.pid },
    });
    expect(params?.concurrencyLimits.get('late')).toBe(3);
  });

  it('count the jobs that lost their worker', async () => {
    const { queue, backend } = testQueue();
    let params: ConsumeParams | undefined;
    backend.faults.set('consume', async (given) => {
      params = given;
      return { resize: () => undefined, stop: async () => undefined };
    });
    await queue.process();
    params?.onStalled({ lease: { id: 'a', fencingToken: 1 }, name: 'work', failed: false });
    params?.onStalled({ lease: { id: 'a', fencingToken: 2 }, name: 'work', failed: true });
    params?.onError(new Error('connection'));
    const lost = { lease: { id: 'a', fencingToken: 1 }, error: new Error('x') as never };
    expect(params?.abort(lost)).toBe(false);
    await queue.stop();
    expect(backend.measured).toMatchObject([{ name: 'work', counts: { stalled: 2, failed: 1 } }]);
  });
});

describe('close', () => {
  it('ends the worker and the backend, once, and refuses what comes after', async () => {
    const { queue, backend } = testQueue({ jobs: [work] });
    await queue.process();
    await Promise.all([queue.close(), queue.close()]);
    await queue.close();
    expect(backend.calls.filter((call) => call === 'close')).toHaveLength(1);
    for (const call of [
      queue.enqueue(work, 'a'),
      queue.enqueueMany([]),
      queue.process(),
      queue.getJob('a'),
      queue.getJobs(),
      queue.getStats(),
      queue.clear(),
      queue.pause(),
      queue.isPaused(),
      queue.removeJob('a'),
      queue.retryJobs(),
      queue.waitFor('a'),
    ]) {
      expect((await rejectionOf(call))?.code).toBe('JOBS_QUEUE_CLOSED');
    }
    await queue.stop();
    expect((await queue.prepare(work, 'still checked')).payload).toBe('still checked');
  });

  it('of a queue that was never used connects to nothing', async () => {
    const { queue, backend } = testQueue();
    await queue.close();
    expect(backend.calls).toEqual(['close']);
  });

  it('lets handlers that still run enqueue what follows', async () => {
    const { queue, backend } = testQueue();
    let finish = (): void => undefined;
    const job = defineJob({
      name: 'parent',
      handler: async (_payload: undefined, ctx) => {
        await new Promise<void>((resolve) => (finish = resolve));
        await ctx.queue.enqueue(work, 'follow-up', { jobId: 'child' });
      },
    });
    const { id } = await queue.enqueue(job);
    await queue.process();
    await settle();
    const closing = queue.close();
    await settle();
    finish();
    await closing;
    const statuses = [id, 'child'].map((key) => backend.store.jobs.get(key)?.record.status);
    expect(statuses).toEqual(['completed', 'waiting']);
  });

  it('during a call refuses it or lets it end, and hangs neither', async () => {
    const { queue, backend } = testQueue();
    const letGo = hold(backend, 'open', async () => undefined);
    const enqueued = rejectionOf(queue.enqueue(work, 'a'));
    const started = rejectionOf(queue.process());
    const closed = queue.close();
    await settle();
    letGo();
    await closed;
    expect([(await enqueued)?.code, (await started)?.code]).toEqual([
      'JOBS_QUEUE_CLOSED',
      'JOBS_QUEUE_CLOSED',
    ]);
    expect(backend.calls).not.toContain('consume');
  });

  it('leaves no worker running that was asked for while another stopped', async () => {
    const { queue, backend } = testQueue();
    await queue.process();
    const stopped = queue.stop();
    const started = rejectionOf(queue.process());
    await Promise.all([stopped, queue.close()]);
    expect((await started)?.code).toBe('JOBS_QUEUE_CLOSED');
    expect(backend.calls.filter((call) => call === 'consume')).toHaveLength(1);
  });

  it('resolves, and reports, when the backend cannot close or end a subscription', async () => {
    const { queue, backend, errors } = testQueue();
    backend.faults.set('close', () => Promise.reject(new Error('stuck')));
    backend.faults.set('events.subscribe', async () => ({
      unsubscribe: () => Promise.reject(new Error('deaf')),
    }));
    queue.on('completed', () => undefined);
    await settle();
    await queue.close();
    expect(errors.map(({ message }) => message)).toEqual([
      'deaf',
      expect.stringContaining('stuck'),
    ]);
  });

  it('resolves, and reports, when a subscription never ends', async () => {
    const { queue, backend, clock, errors } = testQueue();
    const unsubscribe = (): Promise<void> => new Promise(() => undefined);
    backend.faults.set('events.subscribe', async () => ({ unsubscribe }));
    queue.on('completed', () => undefined);
    await settle();
    let isClosed = false;
    void queue.close().then(() => {
      isClosed = true;
    });
    await clock.advance(60_000);
    expect([isClosed, errors]).toMatchObject([true, [{ code: 'JOBS_TIMEOUT' }]]);
  });

  it('stops trying to subscribe', async () => {
    const { queue, backend, clock } = testQueue();
    backend.faults.set('events.subscribe', () => Promise.reject(new Error('away')));
    queue.on('completed', () => undefined);
    await settle();
    await queue.close();
    const calls = backend.calls.length;
    await clock.advance(120_000);
    expect(backend.calls.length).toBe(calls);
  });

  it.each([-1, Number.NaN, '5s'])('refuses the timeout %s', async (timeout) => {
    const { queue } = testQueue();
    const options = { timeout: timeout as number };
    expect((await rejectionOf((async () => queue.close(options))()))?.field).toBe('timeout');
    expect((await rejectionOf(queue.stop(options)))?.field).toBe('timeout');
  });
});

describe('pause', () => {
  it('stops new starts until resume', async () => {
    const { queue } = testQueue();
    await queue.process();
    await queue.pause();
    const { id } = await queue.enqueue(work, 'a');
    await settle();
    expect([await queue.isPaused(), (await queue.getJob(id))?.status]).toEqual([true, 'waiting']);
    await queue.resume();
    await settle();
    expect([await queue.isPaused(), (await queue.getJob(id))?.status]).toEqual([
      false,
      'completed',
    ]);
  });
});

it('tells a backend its name, clock and logger', () => {
  const clock = new TestClock();
  let context: unknown;
  const { logger } = createQueue({
    name: 'emails',
    clock,
    logger: silent,
    backend: (given) => {
      context = given;
      return testBackend({ clock });
    },
  });
  expect(context).toEqual({ queueName: 'emails', clock, logger });
});

it('runs middleware of the queue outside that of the job', async () => {
  const seen: string[] = [];
  const note = (name: string) => (_payload: unknown, _ctx: unknown, next: () => unknown) => {
    seen.push(name);
    return next();
  };
  const { queue } = testQueue({ middleware: [note('a'), note('b')] });
  const job = defineJob({ name: 'own', middleware: note('job'), handler: () => 1 });
  await queue.enqueue(job);
  await queue.process();
  await settle();
  expect(seen).toEqual(['a', 'b', 'job']);
  const single = testQueue({ middleware: note('single') });
  await single.queue.enqueue(work, 'x');
  await single.queue.process();
  await settle();
  expect(seen.at(-1)).toBe('single');
});
