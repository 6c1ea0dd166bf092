import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../test/code-of.ts';
import { settle } from '../../test/test-clock.ts';
import { collect, silent, testQueue } from '../../test/test-queue.ts';
import { defineJob } from '../job/define-job.ts';
import { createQueue } from './create-queue.ts';
import type { AnyQueueEvent, QueueEventName } from './queue-events.ts';

const work = defineJob({
  name: 'work',
  attempts: 2,
  backoff: () => 100,
  handler: async (how: string, ctx) => {
    if (how === 'fail') throw new Error('x');
    await ctx.updateProgress(10);
    return new Date(0).toISOString();
  },
});

describe('events', () => {
  it('tell what happens to jobs and to the queue, with times as Date', async () => {
    const { queue, clock } = testQueue();
    const types: QueueEventName[] = [
      'waiting',
      'delayed',
      'active',
      'progress',
      'completed',
      'failed',
    ];
    const seen = collect(queue, ...types, 'retrying', 'cancelled', 'removed', 'paused', 'resumed');
    const { id } = await queue.enqueue(work, 'ok');
    const failing = await queue.enqueue(work, 'fail', { priority: -1 });
    const gone = await queue.enqueue(work, 'x', { delay: 60_000 });
    await queue.process();
    await clock.advance(200);
    await queue.cancelJob(gone.id, 'why');
    await queue.removeJob(gone.id);
    await queue.pause();
    await queue.resume();
    const typesOf = (jobId: string) =>
      seen.filter((event) => 'jobId' in event && event.jobId === jobId).map(({ type }) => type);
    expect(typesOf(id)).toEqual(['waiting', 'active', 'progress', 'completed']);
    expect(typesOf(failing.id)).toEqual([
      ...['waiting', 'active', 'retrying', 'delayed', 'active', 'failed'],
    ]);
    expect(typesOf(gone.id)).toEqual(['delayed', 'cancelled', 'removed']);
    expect(seen.slice(-2).map(({ type }) => type)).toEqual(['paused', 'resumed']);
    for (const event of seen) {
      expect(event).toMatchObject({ queueName: 'default', at: expect.any(Date) });
      if ('runAt' in event) expect(event.runAt).toBeInstanceOf(Date);
    }
  });

  it('are missed by none once listening has begun, though it takes its time', async () => {
    const { queue, backend, clock } = testQueue();
    let subscribed = (): void => undefined;
    const { subscribe } = backend.events!;
    backend.faults.set('events.subscribe', async (params) => {
      await new Promise<void>((resolve) => (subscribed = resolve));
      backend.faults.clear();
      return subscribe(params);
    });
    const seen = collect(queue, 'waiting');
    const enqueued = queue.enqueue(work, 'ok');
    await settle();
    expect(backend.calls).not.toContain('add');
    subscribed();
    await enqueued;
    expect(seen).toHaveLength(1);
    expect(clock.pending).toBeLessThan(3);
  });

  it('are subscribed to again after a failure, without anybody doing anything', async () => {
    const { queue, backend, clock, errors } = testQueue();
    backend.faults.set('events.subscribe', () => Promise.reject(new Error('away')));
    const seen = collect(queue, 'waiting');
    await clock.advance(3000);
    expect(errors.length).toBeGreaterThanOrEqual(2);
    backend.faults.clear();
    await clock.advance(30_000);
    await queue.enqueue(work, 'ok');
    expect(seen).toHaveLength(1);
  });

  it('are subscribed to once, however many listen', async () => {
    const { queue, backend } = testQueue();
    collect(queue, 'waiting', 'completed', 'failed');
    await settle();
    expect(backend.calls.filter((call) => call === 'events.subscribe')).toHaveLength(1);
    await queue.close();
    expect(backend.store.listeners.size).toBe(0);
  });

  it('are refused where the backend has none, but for those of this process', () => {
    const { queue } = testQueue({ parts: false });
    for (const listen of [
      () => queue.on('completed', () => undefined),
      () => queue.once('completed', () => undefined),
      () => queue.events(),
    ]) {
      expect(refusalOf(listen)?.code).toBe('JOBS_NOT_SUPPORTED');
    }
    queue.on('error', () => undefined);
    queue.on('tick', () => undefined);
  });
});

describe('a listener', () => {
  const event = (type: 'paused' | 'resumed' = 'paused') =>
    ({ type, queueName: 'default', at: new Date(0) }) as never;

  it('is called until its end, by `off` or by what `on` returned', () => {
    const { queue } = testQueue();
    let [a, b, once] = [0, 0, 0];
    const listener = (): void => void ++a;
    const end = queue.on('paused', () => void ++b);
    queue.on('paused', listener);
    queue.once('paused', () => void ++once);
    queue.emit(event());
    queue.off('paused', listener);
    end();
    queue.emit(event());
    expect([a, b, once]).toEqual([1, 1, 1]);
  });

  it('for one event can be taken away before it comes', () => {
    const { queue } = testQueue();
    let calls = 0;
    const listener = (): void => void ++calls;
    queue.once('paused', listener);
    queue.off('paused', listener);
    queue.once('paused', listener)();
    queue.emit(event());
    expect(calls).toBe(0);
  });

  it('that listens again while it is called waits for the next event', () => {
    const { queue } = testQueue();
    let calls = 0;
    const again = (): void => {
      calls += 1;
      if (calls < 100) queue.once('paused', again);
    };
    queue.once('paused', again);
    queue.emit(event());
    expect(calls).toBe(1);
    queue.emit(event());
    expect(calls).toBe(2);
  });

  it('that throws or rejects is reported, and the others are called', async () => {
    const { queue, errors } = testQueue();
    const seen: string[] = [];
    queue.on('paused', () => {
      throw new Error('thrown');
    });
    queue.on('paused', async () => {
      throw new Error('rejected');
    });
    queue.on('paused', () => void seen.push('called'));
    queue.emit(event());
    await settle();
    expect(seen).toEqual(['called']);
    expect(errors.map(({ message }) => message)).toEqual(['thrown', 'rejected']);
  });

  it('of errors that throws is logged, not called for ever', () => {
    const logged: unknown[] = [];
    const logger = { ...silent, error: (message: string) => void logged.push(message) };
    const { queue } = testQueue({ logger });
    queue.on('error', () => {
      throw new Error('again');
    });
    queue.emit({ type: 'error', queueName: 'q', at: new Date(), error: new Error('x') });
    expect(logged).toHaveLength(1);
  });
});

describe('an error without a listener', () => {
  it('is logged with its job, control characters escaped', async () => {
    const logged: string[] = [];
    const logger = { ...silent, error: (message: string) => void logged.push(message) };
    const { backend, clock } = testQueue();
    const queue = createQueue({ backend, clock, logger });
    const job = defineJob({
      name: 'work',
      handler: () => 1,
      onComplete: () => Promise.reject('no error'),
    });
    await queue.enqueue(job, undefined, { jobId: 'odd\nid' });
    await queue.process();
    await settle();
    expect(logged).toEqual([expect.stringContaining('odd\\u000aid')]);
  });
});

describe('events()', () => {
  async function read(events: AsyncIterable<AnyQueueEvent>, into: string[]): Promise<void> {
    for await (const event of events) into.push(event.type);
  }

  it('iterates over everything until its signal aborts', async () => {
    const { queue } = testQueue();
    const controller = new AbortController();
    const seen: string[] = [];
    const reading = read(queue.events({ signal: controller.signal }), seen);
    await queue.enqueue(work, 'ok');
    await queue.process();
    await settle();
    controller.abort();
    await reading;
    expect(seen).toEqual(['waiting', 'active', 'progress', 'completed']);
  });

  it('ends when the queue closes, after what was still to be read', async () => {
    const { queue } = testQueue();
    const iterator = queue.events()[Symbol.asyncIterator]();
    await queue.enqueue(work, 'ok');
    await queue.close();
    expect((await iterator.next()).value).toMatchObject({ type: 'waiting' });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect((await queue.events()[Symbol.asyncIterator]().next()).done).toBe(true);
  });

  it('is over at once when its signal is', async () => {
    const { queue } = testQueue();
    const seen: string[] = [];
    await read(queue.events({ signal: AbortSignal.abort() }), seen);
    expect(seen).toEqual([]);
  });

  it('answers every reader that waits, and lets go when it is left', async () => {
    const { queue } = testQueue();
    const iterator = queue.events()[Symbol.asyncIterator]();
    const waiting = [iterator.next(), iterator.next(), iterator.next()];
    await queue.enqueue(work, 'a');
    await queue.enqueue(work, 'b');
    expect((await Promise.all(waiting.slice(0, 2))).map(({ done }) => done)).toEqual([
      false,
      false,
    ]);
    await iterator.return?.();
    expect((await waiting[2])?.done).toBe(true);
    await queue.enqueue(work, 'c');
    expect((await iterator.next()).done).toBe(true);
  });

  it('drops the oldest for a reader that is far behind', async () => {
    const { queue } = testQueue();
    const iterator = queue.events()[Symbol.asyncIterator]();
    for (let i = 0; i < 10_005; i++) {
      queue.emit({ type: 'paused', queueName: `${i}`, at: new Date(0) });
    }
    expect((await iterator.next()).value).toMatchObject({ queueName: '5' });
  });

  it('refuses a signal that is none', () => {
    const { queue } = testQueue();
    expect(refusalOf(() => queue.events({ signal: 5 as never }))?.field).toBe('signal');
  });
});
