import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { rejectionOf } from '../../test/code-of.ts';
import { settle } from '../../test/test-clock.ts';
import { testQueue } from '../../test/test-queue.ts';
import { defineJob } from '../job/define-job.ts';

const endless = defineJob({
  name: 'endless',
  handler: () => new Promise<void>(() => undefined),
});

describe('a closed queue', () => {
  it('leaves no timer and no listener of a wait that comes too late', async () => {
    for (const reliableEvents of [true, false]) {
      const { queue, clock } = testQueue({ reliableEvents });
      const { id } = await queue.enqueue(endless);
      await queue.close();
      const pending = clock.pending;
      const { signal } = new AbortController();
      const wait = rejectionOf(queue.waitFor(id, { timeout: 3000, signal }));
      expect((await wait)?.code).toBe('JOBS_QUEUE_CLOSED');
      expect(clock.pending).toBe(pending);
      expect(getEventListeners(signal, 'abort')).toEqual([]);
    }
  });

  it('says of a wait that comes too late what it says of any call', async () => {
    const { queue } = testQueue();
    await queue.close();
    const [wait, read] = await Promise.allSettled([
      queue.waitFor('some-id'),
      queue.getJob('some-id'),
    ]);
    expect(wait).toEqual(read);
    expect(String((wait as PromiseRejectedResult).reason)).toContain('is closed');
  });

  it('leaves no listener of an iteration over its events, which ends at once', async () => {
    const { queue } = testQueue();
    await queue.close();
    const { signal } = new AbortController();
    const iterator = queue.events({ signal })[Symbol.asyncIterator]();
    expect(await iterator.next()).toMatchObject({ done: true });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('closing', () => {
  it('at once cuts a longer stop short', async () => {
    const { queue, clock } = testQueue();
    await queue.enqueue(endless);
    await queue.process();
    await settle();
    const startedAt = clock.now();
    const ends: number[] = [];
    const note = (): unknown => ends.push(clock.now() - startedAt);
    const stopped = queue.stop({ timeout: 30_000 }).then(note);
    await clock.advance(100);
    const closed = queue.close({ timeout: 0 }).then(note);
    await clock.advance(30_000);
    await Promise.all([stopped, closed]);
    expect(Math.max(...ends)).toBeLessThanOrEqual(1100);
    expect(ends).toHaveLength(2);
  });

  it('after a shorter stop does not make it longer', async () => {
    const { queue, clock } = testQueue();
    await queue.enqueue(endless);
    await queue.process();
    await settle();
    const startedAt = clock.now();
    let took = 0;
    const stopped = queue.stop({ timeout: 500 });
    const closed = queue.close({ timeout: 30_000 }).then(() => (took = clock.now() - startedAt));
    await clock.advance(40_000);
    await Promise.all([stopped, closed]);
    expect(took).toBeLessThanOrEqual(1500);
  });
});

describe('stopping', () => {
  it.each([
    ['that has not been used', false],
    ['that is open', true],
  ])('ends the worker of a process() that is still under way, of a queue %s', async (_, isOpen) => {
    let runs = 0;
    const job = defineJob({ name: 'job', handler: () => runs++ });
    const { queue, backend } = testQueue({ jobs: [job] });
    if (isOpen) await queue.enqueue(job);
    const started = queue.process();
    await queue.stop();
    await started;
    if (!isOpen) await queue.enqueue(job);
    await settle();
    expect([runs, backend.calls.includes('consume')]).toEqual([0, false]);
    await Promise.all([queue.stop(), queue.process()]);
    await settle();
    expect(runs).toBe(1);
  });
});
