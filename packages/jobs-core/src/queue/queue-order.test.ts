import { describe, expect, it } from 'vitest';
import { refusalOf, rejectionOf } from '../../test/code-of.ts';
import { testBackend } from '../../test/test-backend.ts';
import { TestClock } from '../../test/test-clock.ts';
import { testQueue } from '../../test/test-queue.ts';
import type { JobPlace, OrderStore, QueueOrder } from '../contract/order-store.ts';
import { defineJob } from '../job/define-job.ts';

const work = defineJob({ name: 'work', handler: () => undefined });
const AGEING = { policy: 'ageing', agePerPriority: 60_000 } as const;

/** Makes a backend with orders, which only keep what they are given. */
function ordered(stored?: QueueOrder, place?: JobPlace) {
  const clock = new TestClock();
  const calls: string[] = [];
  let kept = stored;
  const orders: OrderStore = {
    adopt: async ({ order }) => {
      calls.push('adopt');
      kept ??= order;
      return kept;
    },
    set: async ({ order }) => {
      kept = order;
    },
    read: async () => kept,
    place: async () => place,
  };
  return { calls, clock, backend: { ...testBackend({ clock }), orders } };
}

describe('the order of a queue', () => {
  it('is taken over by the store before anything else, once', async () => {
    const { calls, ...parts } = ordered();
    const { queue } = testQueue({ ...parts, jobs: [work], order: 'ageing' });
    await Promise.all([queue.enqueue(work), queue.process(), queue.getStats()]);
    expect(calls).toEqual(['adopt']);
    expect(await queue.getOrder()).toEqual(AGEING);
  });

  it('is refused where the jobs stand in another, until it is changed for all', async () => {
    const { calls: _, ...parts } = ordered({ policy: 'fair' });
    const { queue } = testQueue({ ...parts, jobs: [work], order: 'ageing' });
    const refusal = { code: 'JOBS_CONFLICT', field: 'order' };
    expect(await rejectionOf(queue.enqueue(work))).toEqual(refusal);
    expect(await rejectionOf(queue.process())).toEqual(refusal);
    await queue.setOrder('ageing', { agePerPriority: 5 });
    expect(await rejectionOf(queue.process())).toEqual(refusal);
    await queue.setOrder('ageing');
    await queue.enqueue(work);
    expect(await queue.getStats()).toMatchObject({ waiting: 1 });
  });

  it('is that of the store where none is given', async () => {
    const { calls, ...parts } = ordered({ policy: 'deadline' });
    const { queue } = testQueue({ ...parts, jobs: [work] });
    await queue.enqueue(work);
    expect(calls).toEqual([]);
    expect(await queue.getOrder()).toEqual({ policy: 'deadline' });
  });

  it('is first in, first out on a backend without orders, and every other is refused', async () => {
    const { queue } = testQueue({ jobs: [work], order: 'fifo' });
    await queue.enqueue(work);
    expect(await queue.getOrder()).toEqual({ policy: 'fifo' });
    const refusal = { code: 'JOBS_NOT_SUPPORTED', field: undefined };
    expect(await rejectionOf(queue.setOrder('fair'))).toEqual(refusal);
    expect(await rejectionOf(queue.enqueue(work, undefined, { weight: 2 }))).toEqual(refusal);
    expect(refusalOf(() => testQueue({ order: 'fair' }))).toEqual(refusal);
  });

  it.each([
    [{ order: 'lifo' }, 'order'],
    [{ order: null }, 'order'],
    [{ order: 'ageing', agePerPriority: 0 }, 'agePerPriority'],
    [{ order: 'fair', agePerPriority: 5 }, 'agePerPriority'],
    [{ agePerPriority: 5 }, 'agePerPriority'],
  ])('refuses %j', (options, field) => {
    const make = (): unknown => testQueue(options as never);
    expect(refusalOf(make)).toEqual({ code: 'JOBS_INVALID_ARGUMENT', field });
  });

  it('is checked when it is changed', async () => {
    const { calls: _, ...parts } = ordered();
    const { queue } = testQueue(parts);
    const invalid = (field: string) => ({ code: 'JOBS_INVALID_ARGUMENT', field });
    expect(await rejectionOf(queue.setOrder(undefined as never))).toEqual(invalid('order'));
    const slip = queue.setOrder('ageing', { age: 5 } as never);
    expect(await rejectionOf(slip)).toEqual(invalid('setOrder.age'));
  });

  it('opens the backend again when that failed', async () => {
    const { calls: _, backend, clock } = ordered();
    backend.faults.set('open', () => Promise.reject(new Error('away')));
    const { queue } = testQueue({ backend, clock, jobs: [work], order: 'fair' });
    await expect(queue.enqueue(work)).rejects.toThrow();
    backend.faults.clear();
    await queue.enqueue(work);
    expect(await queue.getOrder()).toEqual({ policy: 'fair' });
  });

  it('reads and copies what a job is sorted by', async () => {
    const { calls: _, ...parts } = ordered();
    const { queue, clock, backend } = testQueue({ ...parts, jobs: [work], order: 'fair' });
    const given = { fairKey: 'acme', weight: 2, deadline: new Date(5) };
    const { id, ...job } = await queue.enqueue(work, undefined, given);
    expect(job).toMatchObject(given);
    await queue.process();
    await clock.advance(10);
    const again = await queue.rerunJob(id);
    expect(again).toMatchObject(given);
    expect(await queue.getJob(again.id)).toMatchObject({ status: 'completed' });
    expect(backend.store.jobs.get(again.id)?.record.order).toMatchObject({ fairKey: 'acme' });
  });

  it('is explained with the place of a waiting job', async () => {
    const place = { order: { policy: 'fair' }, ahead: 2, otherKeys: 3 } as const;
    const { calls: _, ...parts } = ordered({ policy: 'fair' }, place);
    const { queue } = testQueue({ ...parts, jobs: [work], parts: false });
    const { id } = await queue.enqueue(work, undefined, { fairKey: 'acme' });
    await queue.pause();
    expect(await queue.explain(id)).toMatchObject({ place, reasons: [{ reason: 'paused' }, {}] });
  });
});
