import { afterEach, describe, expect, it } from 'vitest';
import { rejectionOf } from '../../test/code-of.ts';
import { testBackend } from '../../test/test-backend.ts';
import { settle, TestClock } from '../../test/test-clock.ts';
import { testQueue } from '../../test/test-queue.ts';
import type { WorkerRequest } from '../contract/worker-info.ts';
import { defineJob } from '../job/define-job.ts';
import type { Queue } from '../queue/queue.ts';
import { createQueues } from '../queues/create-queues.ts';
import { runUntilSignal } from './run-until-signal.ts';

// A signal that nothing else in the test's process listens to; it is emitted, not sent.
const SIGNAL = 'SIGUSR2';
const signals = [SIGNAL] as const;

afterEach(() => {
  expect(process.listenerCount(SIGNAL)).toBe(0);
});

function endless() {
  const test = testQueue();
  const job = defineJob({ name: 'endless', handler: () => new Promise<void>(() => undefined) });
  return { ...test, job };
}

/** Asks the workers of a queue, as an operator does. */
async function askAll(queue: Queue, request: WorkerRequest): Promise<void> {
  for (const { id } of await queue.getWorkers()) await queue.askWorker(id, request);
}

describe('runUntilSignal', () => {
  it('runs queues until the signal, then drains and closes them', async () => {
    const [a, b] = [testQueue(), testQueue()];
    const job = defineJob({ name: 'work', handler: () => 'done' });
    const running = runUntilSignal([a.queue, b.queue], { signals });
    await settle();
    const { id } = await b.queue.enqueue(job);
    await settle();
    expect((await b.queue.getJob(id))?.status).toBe('completed');
    process.emit(SIGNAL, SIGNAL);
    expect(await running).toBe(SIGNAL);
    for (const { queue } of [a, b]) {
      expect((await rejectionOf(queue.getStats()))?.code).toBe('JOBS_QUEUE_CLOSED');
    }
  });

  it('runs what `createQueues` made', async () => {
    const clock = new TestClock();
    const queues = createQueues({ a: {}, b: {} }, { backend: () => testBackend({ clock }), clock });
    const running = runUntilSignal(queues, { signals });
    await settle();
    expect(await queues.get('b').getWorkers()).toHaveLength(1);
    process.emit(SIGNAL, SIGNAL);
    expect(await running).toBe(SIGNAL);
  });

  it('gives active jobs their grace, then gives them back', async () => {
    const { queue, backend, clock, job } = endless();
    const { id } = await queue.enqueue(job);
    const running = runUntilSignal(queue, { signals, grace: 2000 });
    await settle();
    process.emit(SIGNAL, SIGNAL);
    await clock.advance(1999);
    expect(backend.store.jobs.get(id)?.record.status).toBe('active');
    await clock.advance(1000);
    await running;
    expect(backend.store.jobs.get(id)?.record).toMatchObject({
      status: 'waiting',
      attemptsMade: 0,
    });
  });

  it('ends once operators have stopped the workers of all its queues', async () => {
    const [a, b] = [testQueue(), testQueue()];
    const running = runUntilSignal([a.queue, b.queue], { signals });
    let isOver = false;
    void running.then(() => (isOver = true));
    await settle();
    await askAll(a.queue, 'stop');
    await settle();
    expect(isOver).toBe(false);
    await askAll(b.queue, 'quiet');
    await settle();
    expect(await running).toBeUndefined();
    expect((await rejectionOf(a.queue.getStats()))?.code).toBe('JOBS_QUEUE_CLOSED');
  });

  it('goes on without workers, if that is wanted, until the signal', async () => {
    const { queue } = testQueue();
    const running = runUntilSignal(queue, { signals, endWhenStopped: false });
    await settle();
    await askAll(queue, 'stop');
    await settle();
    expect(await queue.getWorkers()).toEqual([]);
    process.emit(SIGNAL, SIGNAL);
    expect(await running).toBe(SIGNAL);
  });

  it('ends the process at once on a second signal', async () => {
    const { queue, clock, job } = endless();
    await queue.enqueue(job);
    const codes: number[] = [];
    const running = runUntilSignal(queue, { signals, exit: (code) => codes.push(code) });
    await settle();
    process.emit(SIGNAL, SIGNAL);
    await settle();
    expect(codes).toEqual([]);
    process.emit(SIGNAL, SIGNAL);
    expect(codes).toEqual([1]);
    await clock.advance(60_000);
    await running;
  });

  it('listens for SIGTERM and SIGINT by default, and to nothing afterwards', async () => {
    const before = process.listenerCount('SIGTERM');
    const { queue } = testQueue();
    const running = runUntilSignal(queue);
    await settle();
    expect(process.listenerCount('SIGTERM')).toBe(before + 1);
    process.emit('SIGINT', 'SIGINT');
    expect(await running).toBe('SIGINT');
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });

  it('closes all and rejects when one cannot start', async () => {
    const [good, bad] = [testQueue(), testQueue()];
    bad.backend.faults.set('consume', () => Promise.reject(new Error('away')));
    const running = runUntilSignal([good.queue, bad.queue], { signals });
    expect((await rejectionOf(running))?.code).toBe('JOBS_BACKEND_UNAVAILABLE');
    expect((await rejectionOf(good.queue.getStats()))?.code).toBe('JOBS_QUEUE_CLOSED');
  });

  it.each([
    ['grace', { grace: -1 }],
    ['runUntilSignal.timeout', { timeout: 5 }],
    ['endWhenStopped', { endWhenStopped: 'no' }],
  ])('refuses a bad `%s`', async (field, options) => {
    const { queue } = testQueue();
    expect((await rejectionOf(runUntilSignal(queue, options as object)))?.field).toBe(field);
  });

  it('refuses signals that are none, or cannot be listened to, and queues that are none', async () => {
    const { queue } = testQueue();
    for (const bad of [[], ['SIGTREM'], ['SIGKILL'], ['SIGSTOP'], 'SIGTERM', [15], null]) {
      const running = runUntilSignal(queue, { signals: bad as never });
      expect((await rejectionOf(running))?.field).toBe('signals');
    }
    for (const bad of [[], undefined, {}, [undefined]]) {
      expect((await rejectionOf(runUntilSignal(bad as never, { signals })))?.field).toBe('queues');
    }
    await queue.close();
  });
});
